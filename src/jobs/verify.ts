import { verifyHistory } from '../app/audit/verify-history.ts';
import { latestSession, nextSession } from '../domain/calendar.ts';
import type { Job } from './job.ts';

/** The labelling of the day is done by then. */
const AFTER_CLOSE_MS = 3 * 60 * 60_000;

/** Each night computes the last days' features and labels again and holds the candles against the calendar. */
export const verify: Job = {
  name: 'verify',
  next: (now) => {
    const today = latestSession(now).close + AFTER_CLOSE_MS;
    return today > now ? today : nextSession(latestSession(now)).close + AFTER_CLOSE_MS;
  },
  run: ({ services, clock }) => verifyHistory(services, { now: clock() }),
};
