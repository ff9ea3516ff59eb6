import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ChartConfiguration } from 'chart.js';
import { ChartJSNodeCanvas } from 'chartjs-node-canvas';
import type { ChartRenderer, ChartSpec } from '../src/app/ports.ts';
import { chartConfig } from '../src/chart/config.ts';
import { registerFonts } from '../src/chart/fonts.ts';
import { createChartRenderer } from '../src/chart/renderer.ts';
import { SIZE } from '../src/chart/theme.ts';
import { type BenchResult, quantile } from './bench.ts';
import { drawMany, walkingSpec } from './chart-spec.ts';
import type { LoopStall, StallOrder } from './chart-stall-child.ts';
import { startFlags } from './start-flags.ts';

const SIZES = [10, 40];
const ROUNDS = 5;
/** Charts after which memory is taken: a worker's life, and ten of them. */
const MEMORY_AFTER = [200, 2000] as const;
const LONGEST_STALL_MS = 10;

/** Charts through the worker against the same configurations drawn bare, what the event loop feels, and memory. */
export const drawChart = {
  name: 'draw-chart',
  run: async (): Promise<BenchResult[]> => {
    const renderer = createChartRenderer({
      log: { warn: (data, message) => console.error(message, data) },
      chartsPerWorker: MEMORY_AFTER[0],
    });
    try {
      const spec = walkingSpec();
      await drawMany(renderer, spec, 10);
      const results: BenchResult[] = [];
      results.push(...(await longestStall(SIZES.at(-1) ?? 1)));
      results.push(await memory(renderer, spec));
      // Last, because it draws on this thread too.
      for (const size of SIZES) results.push(await againstBare(renderer, spec, size));
      return results;
    } finally {
      await renderer.close();
    }
  },
};

/** The median of rounds in which both take turns, so that a busy machine slows both. */
async function againstBare(renderer: ChartRenderer, spec: ChartSpec, size: number): Promise<BenchResult> {
  registerFonts();
  const bare = new ChartJSNodeCanvas(SIZE);
  const drawBare = async () => {
    const configs = Array.from({ length: size }, () => chartConfig(spec) as ChartConfiguration);
    return timed(async () => {
      for (const config of configs) bare.renderToBufferSync(config);
    });
  };
  await drawBare();
  const rounds: { ms: number; limitMs: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const limitMs = await drawBare();
    rounds.push({ limitMs, ms: await timed(() => drawMany(renderer, spec, size)) });
  }
  const ms = quantile(
    rounds.map((round) => round.ms),
    0.5,
  );
  const limitMs = quantile(
    rounds.map((round) => round.limitMs),
    0.5,
  );
  return { what: 'charts drawn', size, ms, limitMs, ratio: ms / limitMs, reach: 1.2, better: 'lower' };
}

/** What the event loop feels while charts are drawn, in a process with the flags of the bot. */
async function longestStall(size: number): Promise<BenchResult[]> {
  const order: StallOrder = { charts: size, rounds: ROUNDS };
  const child = fork(join(import.meta.dirname, 'chart-stall-child.ts'), [JSON.stringify(order)], {
    execArgv: [...startFlags(), '--disable-warning=ExperimentalWarning'],
  });
  const gone = once(child, 'exit');
  const [stall]: [LoopStall | null] = (await Promise.race([
    once(child, 'message'),
    gone.then(() => [null]),
  ])) as [LoopStall | null];
  await gone;
  if (stall === null) throw new Error('drawing charts beside a watched event loop failed');
  const { clock, work, idle, floor } = stall;
  const result = (what: string, ms: number): BenchResult => ({
    what,
    size: size * ROUNDS,
    ms,
    limitMs: LONGEST_STALL_MS,
    ratio: ms / LONGEST_STALL_MS,
    reach: 1,
    better: 'lower',
  });
  return [
    result(`longest loop stall (idle ${idle.toFixed(1)}, beside a busy core ${floor.toFixed(1)} ms)`, clock),
    result('longest stall by our own work', work),
  ];
}

/** Highest resident memory during the first charts, and during as many after two thousand: workers come and go. */
async function memory(renderer: ChartRenderer, spec: ChartSpec): Promise<BenchResult> {
  const [few, many] = MEMORY_AFTER;
  const peakOf = async (charts: number) => {
    let peak = 0;
    for (let chart = 0; chart < charts; chart++) {
      await renderer.draw(spec);
      peak = Math.max(peak, process.memoryUsage.rss() / 2 ** 20);
    }
    return peak;
  };
  const first = await peakOf(few);
  await peakOf(many - 2 * few);
  const last = await peakOf(few);
  return {
    what: `peak RSS after ${many} charts, limit after ${few}`,
    size: many,
    unit: 'MB',
    ms: last,
    limitMs: first,
    ratio: last / first,
    reach: 1.1,
    better: 'lower',
  };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
