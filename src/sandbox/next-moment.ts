import { latestSession, nextCandleClose, nextSession } from '../domain/calendar.ts';
import { eveningDigestAt, morningDigestAt } from '../domain/digest.ts';
import type { Timeframe } from '../domain/timeframe.ts';

/**
 * The first moment after `after` at which something happens on the desk: a candle closes, a session opens,
 * or the digest before or after one is due. Epoch ms.
 */
export function nextMoment(timeframe: Timeframe, after: number): number {
  const last = latestSession(after);
  const ofSessions = [last, nextSession(last)].flatMap((session) => [
    morningDigestAt(session),
    session.open,
    eveningDigestAt(session),
  ]);
  return Math.min(nextCandleClose(timeframe, after), ...ofSessions.filter((moment) => moment > after));
}
