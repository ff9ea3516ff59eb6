import { Cron } from 'croner';
import type { Desk } from '../app/desk.ts';
import { SILENT, type Telemetry } from '../app/telemetry.ts';
import type { Job } from './job.ts';

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
    const due = job.next(desk.clock(), desk);
    // A moment that has passed while it was worked out would never fire.
    crons.set(job, new Cron(new Date(Math.max(due, desk.clock() + 50)), () => fire(job)));
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
