import { type CandleSpan, candleSpans, type Session } from './calendar.ts';
import type { Covered } from './labels/completeness.ts';
import { TIMEFRAME_MINUTES, type Timeframe } from './timeframe.ts';

/**
 * Why a candle is not there. Outside coverage it may still come, and labels wait for it: `provider_late` in the
 * session that runs or has just ended, `missing` in an older one. Inside coverage it was asked for and nothing
 * came, so nothing traded, and labels do not count it: `halted` where everything around it traded.
 */
export const GAP_REASONS = ['missing', 'provider_late', 'no_trade', 'halted'] as const;
export type GapReason = (typeof GAP_REASONS)[number];

/** Candles of one session that are absent one after the other, for one reason. */
export interface Gap {
  /** Open of the first. */
  readonly from: number;
  /** End of the last. */
  readonly to: number;
  readonly candles: number;
  readonly reason: GapReason;
}

/** One session of a series as it is stored. */
export interface StoredSession {
  readonly session: Session;
  readonly timeframe: Timeframe;
  /** Opens of the candles that are there. */
  readonly present: ReadonlySet<number>;
  readonly coverage: Covered | undefined;
  /** Candles that end at or before this are closed. */
  readonly closedBy: number;
  /** From here on what is not covered may just be late. */
  readonly lateFrom: number;
}

/** No exchange halts a share for less: LULD plan, section VII. */
const SHORTEST_HALT_MINUTES = 5;
/** A share that trades in less of its candles is thin: that one of them is absent says nothing. */
const BUSY = 0.95;

/** The gaps of one session, oldest first. */
export function findGaps(stored: StoredSession): Gap[] {
  const { session, timeframe, present, closedBy } = stored;
  const spans = candleSpans(session, timeframe).filter(({ end }) => end <= closedBy);
  const runs: CandleSpan[][] = [];
  let before: 'covered' | 'open' | null = null;
  for (const span of spans) {
    const kind = present.has(span.ts) ? null : isCovered(stored, span) ? 'covered' : 'open';
    if (kind !== null && kind === before) runs.at(-1)?.push(span);
    else if (kind !== null) runs.push([span]);
    before = kind;
  }
  const traded = spans.filter(({ ts }) => present.has(ts)).length;
  return runs.flatMap((run) => toGap(stored, run, { spans, traded }));
}

function toGap(
  stored: StoredSession,
  run: readonly CandleSpan[],
  { spans, traded }: { readonly spans: readonly CandleSpan[]; readonly traded: number },
): Gap[] {
  const [first, last] = [run[0], run.at(-1)];
  if (first === undefined || last === undefined) return [];
  const gap = { from: first.ts, to: last.end, candles: run.length };
  if (!isCovered(stored, first)) {
    const isLate = stored.session.close > stored.lateFrom;
    return [{ ...gap, reason: isLate ? 'provider_late' : 'missing' }];
  }
  const isInside = first !== spans[0] && last.end < stored.session.close && last !== spans.at(-1);
  const isLong = run.length * TIMEFRAME_MINUTES[stored.timeframe] >= SHORTEST_HALT_MINUTES;
  const isBusy = traded >= BUSY * (spans.length - run.length);
  const isHalted = isInside && isLong && isBusy && stored.timeframe !== '1d';
  return [{ ...gap, reason: isHalted ? 'halted' : 'no_trade' }];
}

function isCovered({ coverage }: StoredSession, { end }: CandleSpan): boolean {
  return coverage !== undefined && coverage.coveredThrough >= end;
}
