import { Cron } from 'croner';
import type { Desk } from '../app/desk.ts';
import { SILENT, type Telemetry } from '../app/telemetry.ts';
import type { Job } from './job.ts';

/** When a job that could not be planned is asked again for its next moment. */
const UNPLANNED_MS = 60_000;

export interface Schedule {
  /** Starts nothing more and waits for what is running. */
  stop(): Promise<void>;
}

/**
 * Keeps each job coming back at the moments it names. A job never overlaps itself; one that throws is
 * logged and comes back; moments that pass while it runs are made up by its own cursor, not by a queue.
 */
export function startJobs(jobs: readonly Job[], desk: Desk, telemetry: Telemetry = SILENT): Schedule {
  const crons = new Map<Job, Cron>();
  const running = new Set<Promise<void>>();
  let stopped = false;

  const arm = (job: Job): void => {
    if (stopped) return;
    const due = nextRound(job, desk);
    // A moment that has passed while it was worked out would never fire.
    const at = new Date(Math.max(due ?? desk.clock() + UNPLANNED_MS, desk.clock() + 50));
    crons.set(job, new Cron(at, () => (due === null ? arm(job) : fire(job))));
  };
  const fire = (job: Job): void => {
    const round = runOnce(job, desk, telemetry).finally(() => {
      running.delete(round);
      arm(job);
    });
    running.add(round);
  };

  for (const job of jobs) arm(job);
  return {
    stop: async () => {
      stopped = true;
      for (const cron of crons.values()) cron.stop();
      await Promise.all(running);
    },
  };
}

/** Null for a job that cannot name its next moment, as beyond the calendar's last year: said, and asked again. */
function nextRound(job: Job, desk: Desk): number | null {
  try {
    return job.next(desk.clock(), desk);
  } catch (error) {
    desk.services.log.error({ error, job: job.name }, 'job not planned');
    return null;
  }
}

async function runOnce(job: Job, desk: Desk, telemetry: Telemetry): Promise<void> {
  const began = performance.now();
  let failed = false;
  try {
    await job.run(desk);
  } catch (error) {
    failed = true;
    desk.services.log.error({ error, job: job.name }, 'job failed');
  } finally {
    telemetry.jobDone(job.name, { ms: performance.now() - began, failed });
  }
}
