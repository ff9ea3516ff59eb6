import type { Feature } from './feature.ts';

const MINUTE = 60_000;

/**
 * Where in the trading day and week a candle lies: 0 before, 1 in and 2 after regular hours by its own
 * open; minutes from 09:30 to its close; 1 = Monday … 5 = Friday.
 */
export const sessionTime: Feature = {
  keys: ['session_flag', 'minutes_since_open', 'day_of_week'],
  start: () => (step, out) => {
    const { candle, session, closedAt } = step;
    out.session_flag = candle.ts < session.open ? 0 : candle.ts < session.close ? 1 : 2;
    out.minutes_since_open = (closedAt - session.open) / MINUTE;
    out.day_of_week = session.dayOfWeek;
  },
};
