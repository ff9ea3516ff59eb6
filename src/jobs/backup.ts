import { backUp } from '../app/ops/back-up.ts';
import { newYorkClock } from '../domain/calendar.ts';
import type { Job } from './job.ts';

const HOUR = 60 * 60_000;
/** In New York: no session is near, and no change of the clocks skips it. */
const AT = '03:00';

/** A backup each night. */
export const backup: Job = {
  name: 'backup',
  next: (now) => {
    let hour = Math.floor(now / HOUR + 1) * HOUR;
    while (newYorkClock(hour) !== AT) hour += HOUR;
    return hour;
  },
  run: async ({ services, clock, ops }) => {
    if (ops.backups !== null) await backUp(services, { ...ops.backups, now: clock() });
  },
};
