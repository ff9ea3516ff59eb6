import type { Session } from './calendar.ts';
import type { Covered } from './labels/completeness.ts';

const DAY = 86_400_000;

/** Sessions that are asked for together: what opens from `from` on and closes by `to`. */
export interface Chunk {
  /** Open of the first session. */
  readonly from: number;
  /** Close of the last one. */
  readonly to: number;
  readonly sessions: number;
}

/**
 * What is to be asked for so that all of some sessions are covered, oldest first: runs of sessions that are not
 * covered to their close, none longer than one request. Coverage is the only memory: what was stored before a
 * stop is left out the next time.
 *
 * @param sessions oldest first, none that lies further back than the source.
 */
export function planChunks(
  sessions: readonly Session[],
  coverage: readonly Covered[],
  requestDays: number,
): Chunk[] {
  const through = new Map(coverage.map(({ date, coveredThrough }) => [date, coveredThrough]));
  const chunks: Chunk[] = [];
  let open: Chunk | null = null;
  for (const { date, open: from, close: to } of sessions) {
    if ((through.get(date) ?? 0) >= to) {
      open = null;
      continue;
    }
    if (open !== null && to - open.from <= requestDays * DAY) {
      open = { from: open.from, to, sessions: open.sessions + 1 };
      chunks[chunks.length - 1] = open;
    } else {
      open = { from, to, sessions: 1 };
      chunks.push(open);
    }
  }
  return chunks;
}
