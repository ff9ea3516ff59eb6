import type { Session } from '../calendar.ts';

/** How far the candles of one session are all there; see `SessionCoverage` in the ports. */
export interface Covered {
  /** New York date, `YYYY-MM-DD`. */
  readonly date: string;
  /** Candles that close at or before this are all there, epoch ms. */
  readonly coveredThrough: number;
}

/**
 * Says for a moment up to when every candle after it is known: covered without a hole, and closed by the
 * clock. A horizon is complete when its last candle closes at or before that. The moment itself comes back
 * when nothing after it is known. Never decreases with the moment asked for.
 *
 * @param sessions every session from the first moment asked about, oldest first.
 * @param coverage in any order. @param closedBy now minus the grace, epoch ms.
 */
export function knownThrough(
  sessions: readonly Session[],
  coverage: readonly Covered[],
  closedBy: number,
): (after: number) => number {
  const covered = new Map(coverage.map(({ date, coveredThrough }) => [date, coveredThrough]));
  const reach: number[] = [];
  for (let index = sessions.length - 1; index >= 0; index--) {
    reach[index] = reachOf(sessions[index] as Session, covered, reach[index + 1]);
  }
  return (after) => {
    const index = firstClosingAfter(sessions, after);
    return Math.max(after, Math.min(reach[index] ?? after, closedBy));
  };
}

/** A session covered to its close carries on into the next one; any other is where knowledge ends. */
function reachOf(session: Session, covered: ReadonlyMap<string, number>, next: number | undefined): number {
  const through = covered.get(session.date) ?? session.open;
  return through < session.close ? through : Math.max(session.close, next ?? session.close);
}

/** Index of the session a window that starts at a moment begins in; the length when there is none. */
export function firstClosingAfter(sessions: readonly Session[], moment: number): number {
  let low = 0;
  let high = sessions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sessions[middle] as Session).close > moment) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Whether what follows a moment can never be known any more: knowledge ends in a session that the source no
 * longer reaches. An import may still bring it; outcomes written meanwhile are then taken up by a relabel.
 *
 * @param through up to when all is known, from `knownThrough`. @param reachFrom the source gives nothing older, epoch ms.
 */
export function isLostAfter(sessions: readonly Session[], through: number, reachFrom: number): boolean {
  const hole = sessions[firstClosingAfter(sessions, through)];
  return hole !== undefined && hole.close <= reachFrom;
}
