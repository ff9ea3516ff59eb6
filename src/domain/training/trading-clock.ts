import { type Session, sessionsBetween } from '../calendar.ts';
import { firstClosingAfter } from '../labels/completeness.ts';

/** Regular trading time passed at a moment, ms: it stands still at night, on weekends and holidays. */
export type TradingClock = (moment: number) => number;

/**
 * Counts from the first session of a period on.
 *
 * @param from epoch ms. @param to epoch ms; later moments read as this one.
 */
export function createTradingClock(from: number, to: number): TradingClock {
  const sessions: readonly Session[] = sessionsBetween(from, to);
  const before: number[] = [];
  let sum = 0;
  for (const { open, close } of sessions) {
    before.push(sum);
    sum += close - open;
  }
  return (moment) => {
    const index = firstClosingAfter(sessions, moment);
    const session = sessions[index];
    if (session === undefined) return sum;
    return (before[index] ?? 0) + Math.max(0, moment - session.open);
  };
}
