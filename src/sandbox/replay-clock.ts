import { TIMEFRAME_MINUTES, type Timeframe } from '../domain/timeframe.ts';
import { nextMoment } from './next-moment.ts';

/** `max`: the next step follows as soon as all is drained; a number: so many times faster than the market. */
export type Speed = number | 'max';

/** The market's time in the sandbox: it goes from candle close to candle close, by way of opens and digests. */
export interface ReplayClock {
  /** Simulated present, epoch ms; runs with the machine's clock between two steps, never past the next. */
  readonly now: () => number;
  readonly speed: () => Speed;
  readonly setSpeed: (speed: Speed) => void;
  readonly isPaused: () => boolean;
  readonly pause: () => void;
  readonly resume: () => void;
  /** Goes to the next moment at once, paused or not. */
  readonly step: () => void;
  /** Waits for the next moment and moves there. @returns it. */
  readonly next: () => Promise<number>;
}

export interface ReplayClockOptions {
  /** Simulated moment, epoch ms. */
  readonly start: number;
  /** The candles it steps by. */
  readonly timeframe: Timeframe;
  readonly speed: Speed;
}

/** Starts running. However long it is until the next moment, the wait is no longer than for a candle. */
export function createReplayClock({ start, timeframe, ...options }: ReplayClockOptions): ReplayClock {
  let at = start;
  let arrived = performance.now();
  let { speed } = options;
  let paused = false;
  let steps = 0;
  let wake = () => {};

  const candleMs = TIMEFRAME_MINUTES[timeframe] * 60_000;

  /** How long the machine waits for the next moment; null when paused. */
  function waitMs(): number | null {
    if (steps > 0) return 0;
    if (paused) return null;
    if (speed === 'max') return 0;
    const simulatedMs = Math.min(nextMoment(timeframe, at) - at, candleMs);
    return Math.max(0, arrived + simulatedMs / speed - performance.now());
  }

  /** Ends by itself, or when something changed. */
  function sleep(ms: number | null): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === null ? undefined : setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  function change(apply: () => void): void {
    apply();
    wake();
  }

  return {
    now: () => Math.min(at + Math.floor(performance.now() - arrived), nextMoment(timeframe, at) - 1),
    speed: () => speed,
    setSpeed: (wanted) =>
      change(() => {
        speed = wanted;
      }),
    isPaused: () => paused,
    pause: () =>
      change(() => {
        paused = true;
      }),
    resume: () =>
      change(() => {
        paused = false;
      }),
    step: () =>
      change(() => {
        steps += 1;
      }),
    next: async () => {
      for (let wait = waitMs(); wait !== 0; wait = waitMs()) await sleep(wait);
      steps = Math.max(0, steps - 1);
      at = nextMoment(timeframe, at);
      arrived = performance.now();
      return at;
    },
  };
}
