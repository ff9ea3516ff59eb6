import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { createChartRenderer } from '../src/chart/renderer.ts';
import { drawMany, walkingSpec } from './chart-spec.ts';

/** What the process is told. */
export interface StallOrder {
  readonly charts: number;
  readonly rounds: number;
}

/** What it answers: of all rounds the longest, ms. */
export interface LoopStall {
  /** By the clock, and by the main thread's own work, which nothing else touches. */
  readonly clock: number;
  readonly work: number;
  /** What this machine does to a loop that has nothing to do: alone, and while another process keeps a core busy. */
  readonly idle: number;
  readonly floor: number;
}

// The longest moment in which the bot could not have answered a click because charts are drawn.
const { charts, rounds }: StallOrder = JSON.parse(process.argv[2] ?? '');
const renderer = createChartRenderer({ log: { warn: (data, message) => console.error(message, data) } });
const spec = walkingSpec();
await drawMany(renderer, spec, 10);
let [clock, work, idle, floor] = [0, 0, 0, 0];
for (let round = 0; round < rounds; round++) {
  const start = performance.now();
  const drawing = await stallDuring(() => drawMany(renderer, spec, charts));
  const length = performance.now() - start;
  clock = Math.max(clock, drawing.clock);
  work = Math.max(work, drawing.work);
  const pause = () => stallDuring(() => setTimeout(length));
  idle = Math.max(idle, (await pause()).clock);
  floor = Math.max(floor, (await besideBusyProcess(pause)).clock);
}
process.send?.({ clock, work, idle, floor } satisfies LoopStall);
await renderer.close();
process.disconnect();

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
