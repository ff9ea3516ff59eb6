import { refetchGaps } from '../app/candles/refetch-gaps.ts';
import { latestSession, nextSession } from '../domain/calendar.ts';
import type { Job } from './job.ts';

/** Whatever comes late has come by then; before the verification, which reads what is then there. */
const AFTER_CLOSE_MS = 2 * 60 * 60_000;

/** Each night holds the candles against the calendar, and asks once more for what is absent. */
export const gaps: Job = {
  name: 'gaps',
  next: (now) => {
    const today = latestSession(now).close + AFTER_CLOSE_MS;
    return today > now ? today : nextSession(latestSession(now)).close + AFTER_CLOSE_MS;
  },
  run: ({ services, clock }) => refetchGaps(services, { now: clock(), which: 'nightly' }),
};
