import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Lets requests start one by one, at least `spacingMs` apart, in the order they asked. `clock` is
 * monotonic milliseconds. The returned wait rejects as soon as its signal aborts.
 */
export function createSpacing(
  spacingMs: number,
  clock: () => number,
): (signal?: AbortSignal) => Promise<void> {
  let nextStart = 0;
  return async (signal) => {
    signal?.throwIfAborted();
    const start = Math.max(clock(), nextStart);
    nextStart = start + spacingMs;
    const wait = start - clock();
    if (wait > 0) await sleep(wait, undefined, signal && { signal });
  };
}
