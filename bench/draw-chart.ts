import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import type { ChartConfiguration } from 'chart.js';
import { ChartJSNodeCanvas } from 'chartjs-node-canvas';
import type { ChartRenderer, ChartSpec } from '../src/app/ports.ts';
import { chartConfig } from '../src/chart/config.ts';
import { registerFonts } from '../src/chart/fonts.ts';
import { createChartRenderer } from '../src/chart/renderer.ts';
import { SIZE } from '../src/chart/theme.ts';
import { candleEnd, candleSpans, sessionsBetween } from '../src/domain/calendar.ts';
import { levelsFor } from '../src/domain/levels.ts';
import { type BenchResult, quantile } from './bench.ts';

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
      results.push(...(await longestStall(renderer, spec, SIZES.at(-1) ?? 1)));
      results.push(await memory(renderer, spec));
      // Last, because it draws on this thread too.
      for (const size of SIZES) results.push(await againstBare(renderer, spec, size));
      return results;
    } finally {
      await renderer.close();
    }
  },
};

/** A signal chart of 90 candles after 50 of warm-up, on a random walk that is the same in every run. */
function walkingSpec(): ChartSpec {
  let seed = 42;
  const random = () => {
    seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return seed / 2 ** 32;
  };
  let price = 400;
  const candles = sessionsBetween(Date.parse('2024-03-05T12:00:00Z'), Date.parse('2024-03-06T22:00:00Z'))
    .flatMap((session) => candleSpans(session, '5m'))
    .slice(-140)
    .map(({ ts }) => {
      const open = price;
      price += random() - 0.5;
      const [high, low] = [Math.max(open, price) + random() / 4, Math.min(open, price) - random() / 4];
      return { ts, open, high, low, close: price, volume: 1_000 + Math.floor(random() * 9_000), vwap: null };
    });
  const last = candles.at(-1)?.ts ?? 0;
  return {
    ticker: 'SPY',
    timeframe: '5m',
    candles,
    shown: 90,
    levels: levelsFor(price, { side: 'long', atr14: 0.6, rule: 'atr' }),
    side: 'long',
    firedAt: candleEnd(last, '5m'),
  };
}

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

/**
 * Of all rounds the longest moment in which the bot could not have answered a click: by the clock, and by the
 * main thread's own work, which nothing else touches. Beside the clock stands what this machine does to a loop
 * that has nothing to do: alone, and while another process keeps a core busy, as drawing does.
 */
async function longestStall(renderer: ChartRenderer, spec: ChartSpec, size: number): Promise<BenchResult[]> {
  let [clock, idle, floor, work] = [0, 0, 0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    const drawing = await stallDuring(() => drawMany(renderer, spec, size));
    const length = performance.now() - start;
    clock = Math.max(clock, drawing.clock);
    work = Math.max(work, drawing.work);
    const pause = () => stallDuring(() => setTimeout(length));
    idle = Math.max(idle, (await pause()).clock);
    floor = Math.max(floor, (await besideBusyProcess(pause)).clock);
  }
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

/** Longest delay of a 1 ms timer while something runs, and most CPU time between two of its turns, ms. */
async function stallDuring(task: () => Promise<void>): Promise<{ clock: number; work: number }> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let [work, before] = [0, cpuMs()];
  const turns = setInterval(() => {
    const now = cpuMs();
    work = Math.max(work, now - before);
    before = now;
  }, 1);
  delay.enable();
  await task();
  delay.disable();
  clearInterval(turns);
  return { clock: delay.max / 1e6, work };
}

/** Runs work while a process that shares nothing with this one keeps one core busy. */
async function besideBusyProcess<T>(work: () => Promise<T>): Promise<T> {
  const busy = spawn(process.execPath, ['--eval', 'for (;;);'], { stdio: 'ignore' });
  await once(busy, 'spawn');
  try {
    return await work();
  } finally {
    busy.kill('SIGKILL');
    await once(busy, 'exit');
  }
}

/** CPU time of this thread. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
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

async function drawMany(renderer: ChartRenderer, spec: ChartSpec, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => renderer.draw(spec)));
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
