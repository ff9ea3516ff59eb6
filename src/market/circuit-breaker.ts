import type { Logger } from '../app/ports.ts';
import { OraError } from '../domain/errors.ts';

const FAILURES_TO_OPEN = 5;
const FIRST_REST_MS = 30_000;
const LONGEST_REST_MS = 10 * 60_000;

/** Stops asking a service that keeps failing: silence is what ends a refusal, and hammering prolongs it. */
export interface CircuitBreaker {
  /** @throws OraError `unavailable` while the service is left alone. */
  check(): void;
  succeeded(): void;
  /** @param restMs how long the service itself asked to be left alone, 0 when it did not say. */
  failed(restMs: number): void;
}

/**
 * Opens after five failed requests in a row, or at once when the service names a rest. After the rest a
 * single request probes: success closes the breaker, failure doubles the rest up to ten minutes.
 * `clock` is monotonic milliseconds.
 */
export function createCircuitBreaker(options: {
  readonly service: string;
  readonly clock: () => number;
  readonly log: Logger;
}): CircuitBreaker {
  const { service, clock, log } = options;
  let failures = 0;
  let rests = 0;
  let closedUntil: number | null = null;

  return {
    check() {
      if (closedUntil === null) return;
      const left = closedUntil - clock();
      if (left > 0) {
        const seconds = Math.ceil(left / 1000);
        throw new OraError(
          'unavailable',
          `${service} keeps refusing and is left alone for another ${seconds} s.`,
        );
      }
      closedUntil = clock() + FIRST_REST_MS; // the others wait for what the probe brings
    },
    succeeded() {
      if (closedUntil !== null) log.info({ service }, 'service answers again');
      failures = 0;
      rests = 0;
      closedUntil = null;
    },
    failed(restMs) {
      failures += 1;
      if (failures < FAILURES_TO_OPEN && restMs === 0 && rests === 0) return;
      const ownRest = Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** rests);
      const rest = Math.max(ownRest, restMs);
      rests += 1;
      closedUntil = clock() + rest;
      log.warn({ service, failures, restMs: rest }, 'service is left alone');
    },
  };
}
