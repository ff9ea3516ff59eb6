import { parentPort, workerData } from 'node:worker_threads';
import type { ChartSpec } from '../app/ports.ts';
import type { Figure } from '../domain/figure.ts';
import { chartConfig } from './config.ts';
import { createPainter } from './draw.ts';
import { figureConfig } from './figure-config.ts';
import type { WorkerAnswer } from './renderer.ts';

const paint = createPainter();
/**
 * Shared with the main thread, which copies each picture from it. Handing over a buffer per picture
 * would have one thread free what the other allocated: measured, that keeps 100 MB from being returned.
 */
const paper: Uint8Array = workerData;

function answer(spec: ChartSpec | Figure): WorkerAnswer {
  try {
    const png = paint('kind' in spec ? figureConfig(spec) : chartConfig(spec));
    paper.set(png);
    return { pngBytes: png.length };
  } catch (error) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }
}

parentPort?.on('message', (spec: ChartSpec | Figure) => parentPort?.postMessage(answer(spec)));
