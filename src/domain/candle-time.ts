import { latestSession, previousSession } from './calendar.ts';
import { parseFillTime } from './fill-time.ts';

/**
 * Reads which moment of the market a person means: empty for now, `10:35` on the last session that had
 * come so far, `2026-06-10 10:35` in New York, or an ISO instant with a zone.
 *
 * @returns epoch ms. @throws OraError `bad_input` for anything else, and for the future.
 */
export function parseCandleTime(text: string, now: number): number {
  const bare = text.trim();
  if (!/^\d{1,2}:\d\d$/.test(bare)) return parseFillTime(bare, now);
  const session = latestSession(now);
  const today = parseFillTime(`${session.date} ${bare}`, Number.MAX_SAFE_INTEGER);
  return today <= now ? today : parseFillTime(`${previousSession(session).date} ${bare}`, now);
}
