import { Worker } from 'node:worker_threads';
import type { ChartRenderer, ChartSpec, Logger } from '../app/ports.ts';
import { OraError } from '../domain/errors.ts';
import type { Figure } from '../domain/figure.ts';
import { SIZE } from './theme.ts';

/** What the worker answers to a `ChartSpec`: how many bytes of PNG lie on its paper, or what went wrong. */
export type WorkerAnswer = { readonly pngBytes: number } | { readonly error: Error };

export interface ChartRendererOptions {
  readonly log: Pick<Logger, 'warn'>;
  /** Longest time for one chart, a cold start of the worker included, ms. */
  readonly deadlineMs?: number;
  /** Charts after which the worker is replaced, so that what the canvas leaks stays bounded. */
  readonly chartsPerWorker?: number;
  /** Charts that may wait; one more is refused. */
  readonly queueLimit?: number;
  /** The program of the worker. */
  readonly program?: URL;
}

const DEFAULTS = {
  deadlineMs: 10_000,
  chartsPerWorker: 200,
  queueLimit: 64,
  program: new URL('./worker.ts', import.meta.url),
} as const;
/** No secret, and no font but ours: a chart looks the same on every machine, and the worker starts sooner. */
const WORKER_ENV = { DISABLE_SYSTEM_FONTS_LOAD: '1' };
/**
 * A runaway chart ends its worker, not the bot. The small young generation is what bounds memory: each
 * canvas is 2.2 MB outside the heap and is freed only when a collection of the heap finds it (measured:
 * 200 charts stay 100 MB lower).
 */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 2 };

/** Room for an image that does not compress at all. */
const PAPER_BYTES = Math.ceil(SIZE.width * SIZE.height * 4 * 1.01) + 4096;

interface Job {
  readonly spec: ChartSpec | Figure;
  readonly resolve: (png: Uint8Array) => void;
  readonly reject: (error: OraError) => void;
  /** Times a worker died while drawing it. */
  deaths: number;
}

/**
 * Draws charts one after the other in a worker thread, which starts with the first chart and does
 * not keep the process alive while idle. A worker that dies is replaced and its chart drawn once
 * more; one that misses the deadline is ended.
 *
 * `draw` rejects with OraError `data_missing` without candles, `unavailable` when the chart could
 * not be drawn in time, the queue is full, or the renderer was closed.
 */
export function createChartRenderer(options: ChartRendererOptions): ChartRenderer {
  const { log, deadlineMs, chartsPerWorker, queueLimit, program } = { ...DEFAULTS, ...options };
  const queue: Job[] = [];
  let current: { readonly job: Job; readonly timer: NodeJS.Timeout } | null = null;
  let worker: Worker | null = null;
  let drawn = 0;
  let isClosed = false;

  function startWorker(): Worker {
    const paper = new Uint8Array(new SharedArrayBuffer(PAPER_BYTES));
    const started = new Worker(program, {
      workerData: paper,
      env: WORKER_ENV,
      resourceLimits: RESOURCE_LIMITS,
    });
    let cause: unknown;
    started.on('message', (answer: WorkerAnswer) => started === worker && receive(answer, paper));
    started.on('error', (error) => {
      cause = error;
    });
    started.on('exit', (exitCode) => started === worker && outlive(cause ?? new Error(`exit ${exitCode}`)));
    drawn = 0;
    return started;
  }

  /** Lets the worker go; nothing it still says is heard. */
  async function dropWorker(): Promise<void> {
    const dropped = worker;
    worker = null;
    await dropped?.terminate();
  }

  function drawNext(): void {
    if (current !== null || isClosed) return;
    const job = queue.shift();
    if (job === undefined) return;
    current = { job, timer: setTimeout(giveUp, deadlineMs) };
    worker ??= startWorker();
    worker.ref();
    worker.postMessage(job.spec);
  }

  /** The job in hand, which from now on is the caller's to settle. */
  function takeCurrent(): Job | null {
    if (current === null) return null;
    const { job, timer } = current;
    clearTimeout(timer);
    current = null;
    worker?.unref();
    return job;
  }

  function receive(answer: WorkerAnswer, paper: Uint8Array): void {
    const job = takeCurrent();
    drawn += 1;
    if (drawn >= chartsPerWorker) void dropWorker();
    if ('pngBytes' in answer) job?.resolve(paper.slice(0, answer.pngBytes));
    else job?.reject(undrawn(job.spec, answer.error));
    drawNext();
  }

  function outlive(cause: unknown): void {
    worker = null;
    const job = takeCurrent();
    log.warn({ error: cause, chart: job && nameOf(job.spec) }, 'chart worker died');
    if (job !== null && job.deaths === 0) queue.unshift({ ...job, deaths: 1 });
    else job?.reject(undrawn(job.spec, cause));
    drawNext();
  }

  function giveUp(): void {
    const job = takeCurrent();
    log.warn({ chart: job && nameOf(job.spec), deadlineMs }, 'chart missed its deadline');
    void dropWorker();
    job?.reject(undrawn(job.spec, new Error(`not drawn within ${deadlineMs} ms`)));
    drawNext();
  }

  return {
    draw: (spec) =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(closed());
        if (isEmpty(spec)) return reject(nothingToDraw(spec));
        if (queue.length >= queueLimit) return reject(tooMany(queueLimit));
        queue.push({ spec, resolve, reject, deaths: 0 });
        drawNext();
      }),
    close: async () => {
      isClosed = true;
      const job = takeCurrent();
      for (const waiting of [...(job === null ? [] : [job]), ...queue.splice(0)]) waiting.reject(closed());
      await dropWorker();
    },
  };
}

/** What people call it. */
function nameOf(spec: ChartSpec | Figure): string {
  return 'kind' in spec ? `picture "${spec.title}"` : `${spec.timeframe} chart of ${spec.ticker}`;
}

function isEmpty(spec: ChartSpec | Figure): boolean {
  if (!('kind' in spec)) return spec.candles.length === 0 || spec.shown < 1;
  return spec.kind === 'curve' ? spec.points.length === 0 : spec.kind === 'bars' && spec.bars.length === 0;
}

function undrawn(spec: ChartSpec | Figure, cause: unknown): OraError {
  return new OraError('unavailable', `The ${nameOf(spec)} could not be drawn. Try again.`, { cause });
}

function nothingToDraw(spec: ChartSpec | Figure): OraError {
  return new OraError(
    'data_missing',
    'kind' in spec
      ? `There is nothing to draw in the ${nameOf(spec)}.`
      : `There are no ${spec.timeframe} candles of ${spec.ticker} to draw.`,
  );
}

function tooMany(limit: number): OraError {
  return new OraError(
    'unavailable',
    `${limit} charts are already waiting to be drawn. Try again in a minute.`,
  );
}

function closed(): OraError {
  return new OraError('unavailable', 'The bot is shutting down and draws no more charts.');
}
