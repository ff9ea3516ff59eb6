import { drawBaselines } from '../app/labels/draw-baselines.ts';
import { labelDue } from '../app/labels/label-due.ts';
import { latestSession, nextSession, type Session } from '../domain/calendar.ts';
import type { Job } from './job.ts';

const MINUTE = 60_000;
/** Late candles have come in by the first; the second takes up what a process that died has left. */
const AFTER_CLOSE_MS = [15 * MINUTE, 45 * MINUTE];

/** Draws the day's baselines and labels every horizon that the day has completed, after each close. */
export const label: Job = {
  name: 'label',
  role: 'labeler',
  next: (now) => {
    const today = latestSession(now);
    return momentsOf(today).find((moment) => moment > now) ?? momentsOf(nextSession(today))[0] ?? now;
  },
  run: async ({ services, clock, workerId, stopping }) => {
    await drawBaselines(services, { now: clock() });
    await labelDue(services, { now: clock(), by: workerId, stopping });
  },
};

function momentsOf({ close }: Session): number[] {
  return AFTER_CLOSE_MS.map((after) => close + after);
}
