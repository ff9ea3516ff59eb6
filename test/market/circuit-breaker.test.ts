import { describe, expect, it } from 'vitest';
import { createCircuitBreaker } from '../../src/market/circuit-breaker.ts';
import { recordingLog } from '../support/recording-log.ts';

function aBreaker() {
  const time = { now: 1000 };
  const log = recordingLog();
  const breaker = createCircuitBreaker({ service: 'Yahoo', clock: () => time.now, log });
  const isOpen = () => {
    try {
      breaker.check();
      return false;
    } catch {
      return true;
    }
  };
  return { breaker, time, log, isOpen };
}

describe('circuit breaker', () => {
  it('lets everything through until five requests in a row have failed', () => {
    const { breaker, isOpen } = aBreaker();

    for (let failure = 0; failure < 4; failure++) breaker.failed(0);
    expect(isOpen()).toBe(false);
    breaker.failed(0);

    expect(isOpen()).toBe(true);
  });

  it('counts anew after a success', () => {
    const { breaker, isOpen } = aBreaker();

    for (let failure = 0; failure < 4; failure++) breaker.failed(0);
    breaker.succeeded();
    breaker.failed(0);

    expect(isOpen()).toBe(false);
  });

  it('opens at once for as long as the service asks', () => {
    const { breaker, time, isOpen } = aBreaker();

    breaker.failed(120_000);
    time.now += 119_000;
    expect(isOpen()).toBe(true);
    time.now += 2000;

    expect(isOpen()).toBe(false);
  });

  it('sends a single probe after the rest and closes when it succeeds', () => {
    const { breaker, time, log, isOpen } = aBreaker();
    for (let failure = 0; failure < 5; failure++) breaker.failed(0);
    time.now += 30_001;

    expect(isOpen(), 'the probe').toBe(false);
    expect(isOpen(), 'everybody else').toBe(true);
    breaker.succeeded();

    expect(isOpen()).toBe(false);
    expect(log.lines.map(({ message }) => message)).toEqual([
      'service is left alone',
      'service answers again',
    ]);
  });

  it('rests twice as long after a probe that fails, up to ten minutes', () => {
    const { breaker, time, log, isOpen } = aBreaker();
    for (let failure = 0; failure < 5; failure++) breaker.failed(0);

    for (let probe = 0; probe < 6; probe++) {
      time.now += 600_001;
      expect(isOpen()).toBe(false);
      breaker.failed(0);
    }

    const rests = log.lines.map(({ data }) => (data as { restMs: number }).restMs / 1000);
    expect(rests).toEqual([30, 60, 120, 240, 480, 600, 600]);
  });

  it('names the service and the seconds left in its refusal', () => {
    const { breaker, time } = aBreaker();
    breaker.failed(60_000);
    time.now += 15_000;

    expect(() => breaker.check()).toThrow('Yahoo keeps refusing and is left alone for another 45 s.');
  });
});
