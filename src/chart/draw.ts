import type { ChartConfiguration } from 'chart.js';
import { ChartJSNodeCanvas } from 'chartjs-node-canvas';
import type { CandleChart } from './config.ts';
import type { FigureChart } from './figure-config.ts';
import { registerFonts } from './fonts.ts';
import { SIZE } from './theme.ts';

/** Draws every chart on one canvas: a new one for each costs 2.2 MB outside the heap until it is collected. */
class Painter extends ChartJSNodeCanvas {
  constructor() {
    super(SIZE);
    const only = this._createCanvas(SIZE.width, SIZE.height);
    Object.defineProperty(this, '_createCanvas', { value: () => only });
  }
}

/** A function that draws configurations to PNG on this thread; some 50 ms each, so not on the main one. */
export function createPainter(): (config: CandleChart | FigureChart) => Uint8Array {
  registerFonts();
  const painter = new Painter();
  // Its typing knows one chart type with default data; floating bars and null are Chart.js's own.
  return (config) => painter.renderToBufferSync(config as ChartConfiguration);
}
