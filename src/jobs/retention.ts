import { dropOldCandles } from '../app/candles/drop-old-candles.ts';
import { latestSession, nextSession } from '../domain/calendar.ts';
import type { Job } from './job.ts';

/** After the day's labels, gaps and verification, which all read candles. */
const AFTER_CLOSE_MS = 5 * 60 * 60_000;

/** Each night drops candles that are older than CANDLE_RETENTION keeps. */
export const retention: Job = {
  name: 'retention',
  next: (now) => {
    const today = latestSession(now).close + AFTER_CLOSE_MS;
    return today > now ? today : nextSession(latestSession(now)).close + AFTER_CLOSE_MS;
  },
  run: ({ services, clock }) => dropOldCandles(services, { now: clock() }),
};
