import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Desk } from '../../src/app/desk.ts';
import { backup } from '../../src/jobs/backup.ts';
import { deliver } from '../../src/jobs/deliver.ts';
import { heartbeat } from '../../src/jobs/heartbeat.ts';
import type { Job } from '../../src/jobs/job.ts';
import { label } from '../../src/jobs/label.ts';
import { presence } from '../../src/jobs/presence.ts';
import { scan } from '../../src/jobs/scan.ts';
import { type Schedule, startJobs } from '../../src/jobs/schedule.ts';
import { watchdog } from '../../src/jobs/watchdog.ts';
import { at } from '../support/builders.ts';
import { recordingLog } from '../support/recording-log.ts';
import { aSettings } from '../support/settings.ts';

const log = recordingLog();
/** What a schedule looks at: a clock, a log, and the grace. The jobs here touch no store. */
const desk = {
  services: { log, settings: aSettings({ graceMs: 30_000 }) },
  clock: Date.now,
  workerId: 'test',
} as unknown as Desk;

/** `Mon 2026-11-30 09:31:30` in New York. */
function inNewYork(ts: number): string {
  const parts = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'America/New_York',
    dateStyle: 'short',
    timeStyle: 'medium',
  }).format(ts);
  return `${new Intl.DateTimeFormat('en-US', { timeZone: 'America/New_York', weekday: 'short' }).format(ts)} ${parts}`;
}

describe('when the scan comes back', () => {
  it.each([
    ['within a session', '2026-11-20T15:00:07Z', 'Fri 2026-11-20 10:00:30'],
    ['at the very moment of a scan', '2026-11-20T15:00:30Z', 'Fri 2026-11-20 10:01:30'],
    ['before the open', '2026-11-20T12:00:00Z', 'Fri 2026-11-20 09:31:30'],
    ['at the close', '2026-11-20T21:00:00Z', 'Fri 2026-11-20 16:00:30'],
    ['after the close, while the last candle may be late', '2026-11-20T21:00:31Z', 'Fri 2026-11-20 16:01:30'],
    ['when it can be late no more', '2026-11-20T21:10:31Z', 'Mon 2026-11-23 09:31:30'],
    ['on a Saturday', '2026-11-21T12:00:00Z', 'Mon 2026-11-23 09:31:30'],
    ['before Thanksgiving', '2026-11-25T23:00:00Z', 'Fri 2026-11-27 09:31:30'],
    ['at the early close of a half day', '2026-11-27T17:59:59Z', 'Fri 2026-11-27 13:00:30'],
    ['after the early close of a half day', '2026-11-27T18:30:00Z', 'Mon 2026-11-30 09:31:30'],
    ['over the weekend when the clocks go forward', '2026-03-07T12:00:00Z', 'Mon 2026-03-09 09:31:30'],
    ['over the weekend when the clocks go back', '2026-10-31T12:00:00Z', 'Mon 2026-11-02 09:31:30'],
    ['over a one-off closure', '2025-01-08T22:00:00Z', 'Fri 2025-01-10 09:31:30'],
  ])('%s', (_when, now, next) => {
    expect(inNewYork(scan.next(at(now), desk))).toBe(next);
  });
});

describe('when the labels come back', () => {
  it.each([
    ['during a session', '2026-11-20T15:00:00Z', 'Fri 2026-11-20 16:15:00'],
    ['just after the close', '2026-11-20T21:05:00Z', 'Fri 2026-11-20 16:15:00'],
    ['for what a dead process left', '2026-11-20T21:15:00Z', 'Fri 2026-11-20 16:45:00'],
    ['at the very moment', '2026-11-20T21:45:00Z', 'Mon 2026-11-23 16:15:00'],
    ['in the morning', '2026-11-20T09:00:00Z', 'Fri 2026-11-20 16:15:00'],
    ['on a half day', '2026-11-27T15:00:00Z', 'Fri 2026-11-27 13:15:00'],
    ['before Thanksgiving', '2026-11-26T15:00:00Z', 'Fri 2026-11-27 13:15:00'],
    ['over the weekend when the clocks go forward', '2026-03-06T23:00:00Z', 'Mon 2026-03-09 16:15:00'],
  ])('%s', (_when, now, next) => {
    expect(inNewYork(label.next(at(now), desk))).toBe(next);
  });
});

describe('when the backup comes back', () => {
  it.each([
    ['in the evening', '2026-11-20T23:00:00Z', 'Sat 2026-11-21 03:00:00'],
    ['at the very moment', '2026-11-21T08:00:00Z', 'Sun 2026-11-22 03:00:00'],
    ['in the night when the clocks go forward', '2026-03-08T05:00:00Z', 'Sun 2026-03-08 03:00:00'],
    ['in the night when the clocks go back', '2026-11-01T05:30:00Z', 'Sun 2026-11-01 03:00:00'],
  ])('%s', (_when, now, next) => {
    expect(inNewYork(backup.next(at(now), desk))).toBe(next);
  });
});

it.each([scan, label, deliver, backup, heartbeat, watchdog, presence])(
  'the $name job is always due later than now',
  (job) => {
    const start = at('2026-03-01T00:00:00Z');
    for (let now = start; now < start + 14 * 86_400_000; now += 5_987_333)
      expect(job.next(now, desk)).toBeGreaterThan(now);
  },
);

describe('the schedule', () => {
  let schedule: Schedule | null = null;
  afterEach(() => schedule?.stop());

  const aJob = (overrides: Partial<Job> = {}): Job => ({
    name: 'test',
    next: (now) => now + 20,
    run: async () => undefined,
    ...overrides,
  });

  it('runs a job again and again', async () => {
    const done = Promise.withResolvers<void>();
    let runs = 0;
    const run = async () => {
      runs += 1;
      if (runs === 4) done.resolve();
    };

    schedule = startJobs([aJob({ run })], desk);

    await done.promise;
  });

  it('never before the moment it names', async () => {
    const ran = Promise.withResolvers<number>();
    const due = Date.now() + 321;

    schedule = startJobs([aJob({ next: () => due, run: async () => ran.resolve(Date.now()) })], desk);

    expect(await ran.promise).toBeGreaterThanOrEqual(due);
  });

  it('lets a job that throws come back, and says that it failed', async () => {
    const back = Promise.withResolvers<void>();
    let runs = 0;
    const run = async () => {
      runs += 1;
      if (runs === 1) throw new Error('the first time');
      back.resolve();
    };

    schedule = startJobs([aJob({ name: 'shaky', run })], desk);
    await back.promise;

    expect(log.lines).toContainEqual({
      level: 'error',
      message: 'job failed',
      data: { error: new Error('the first time'), job: 'shaky' },
    });
  });

  it('goes on with the others when one cannot say when it is due, and says so', async () => {
    const ran = Promise.withResolvers<void>();
    const lost = new Error('no session after 2028');
    const outside = aJob({
      name: 'outside',
      next: () => {
        throw lost;
      },
    });

    schedule = startJobs([outside, aJob({ run: async () => ran.resolve() })], desk);
    await ran.promise;

    expect(log.lines).toContainEqual({
      level: 'error',
      message: 'job not planned',
      data: { error: lost, job: 'outside' },
    });
  });

  it('asks a job again that could not be planned once', { timeout: 5000 }, async () => {
    vi.useFakeTimers();
    try {
      let asked = 0;
      const next = (now: number) => {
        asked += 1;
        if (asked === 2) throw new Error('no calendar');
        return now + 20;
      };
      let runs = 0;
      const run = async () => {
        runs += 1;
      };

      schedule = startJobs([aJob({ next, run })], { ...desk, clock: () => Date.now() });
      await vi.advanceTimersByTimeAsync(500);
      const before = runs;
      await vi.advanceTimersByTimeAsync(61_000);

      expect(before).toBe(1);
      expect(runs).toBeGreaterThan(1);
    } finally {
      vi.useRealTimers();
    }
  });

  it('never lets a job overlap itself, nor hold up another', async () => {
    const gate = Promise.withResolvers<void>();
    const others = Promise.withResolvers<void>();
    let slowRuns = 0;
    let quickRuns = 0;
    const slow = aJob({
      run: () => {
        slowRuns += 1;
        return gate.promise;
      },
    });
    const quick = aJob({
      run: async () => {
        quickRuns += 1;
        if (quickRuns === 3) others.resolve();
      },
    });

    schedule = startJobs([slow, quick], desk);
    await others.promise;
    const overlapping = slowRuns;
    gate.resolve();

    expect(overlapping).toBe(1);
  });

  it('waits at its stop for what is running, and starts nothing more', async () => {
    const started = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const events: string[] = [];
    const run = async () => {
      events.push('begins');
      started.resolve();
      await gate.promise;
      events.push('ends');
    };
    let armed = 0;
    const next = (now: number) => {
      armed += 1;
      return now + 20;
    };
    const running = startJobs([aJob({ run, next })], desk);
    await started.promise;

    const stopped = running.stop().then(() => events.push('stopped'));
    gate.resolve();
    await stopped;

    expect(events).toEqual(['begins', 'ends', 'stopped']);
    expect(armed).toBe(1);
  });
});
