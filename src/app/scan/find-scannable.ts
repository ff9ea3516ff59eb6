import {
  type CandleSpan,
  candleSpans,
  closedSpansAfter,
  newYorkDate,
  sessionOn,
  sessionsBetween,
} from '../../domain/calendar.ts';
import type { Candle } from '../../domain/candle.ts';
import { fetchedTimeframeFor } from '../../domain/fetch-plan.ts';
import { HIGHER_TIMEFRAMES } from '../../domain/timeframe.ts';
import { bringInCandles } from '../candles/bring-in-candles.ts';
import { isCovered } from '../candles/coverage.ts';
import { inShares } from '../candles/in-shares.ts';
import type { SessionCoverage, Watch } from '../ports.ts';
import { countBroughtIn, eachIsolated, type Round, type ScanDeps } from './scan-round.ts';

const DAY = 86_400_000;

/** A watch with something to scan. */
export interface DueWatch {
  readonly watch: Watch;
  /** `ts` of the last candle scanned: the watch's, or where one without a cursor begins. */
  readonly cursor: number;
}

/** One place of the grid: its candle, or null where nothing traded. */
export interface GridCandle {
  readonly span: CandleSpan;
  readonly candle: Candle | null;
}

/** A due watch and what of it can be scanned. */
export interface ReadyWatch extends DueWatch {
  readonly grid: readonly GridCandle[];
}

/** Places of the grid that are read at once. */
const MOST_SPANS = 10_000;

/**
 * The grids from the watches' cursors to the newest candles that can be scanned. One ends before a candle that
 * is not there yet; where one is missing inside coverage its session is asked for again first, once.
 */
export async function findScannable(
  deps: ScanDeps,
  due: readonly DueWatch[],
  round: Round,
): Promise<ReadyWatch[]> {
  const wanted: Wanted[] = [];
  await eachIsolated(deps, due, round, async (each) => {
    const spans = closedSpansAfter(each.cursor, each.watch.timeframe, round.now, deps.settings.graceMs);
    if (spans.length > 0) wanted.push({ ...each, spans });
  });
  const ready: ReadyWatch[] = [];
  for (const share of inShares(wanted, MOST_SPANS, ({ spans }) => spans.length)) {
    const grids = await readGrids(deps, share, round.now);
    await eachIsolated(deps, grids, round, async (each) => {
      const whole = await mend(deps, each, round);
      if (whole.grid.length > 0) ready.push(whole);
    });
  }
  return ready;
}

/** Dates on which a whole session brought no candle: the exchange was shut, or the ticker halted. */
export function emptySessions({ watch: { timeframe }, grid }: ReadyWatch): string[] {
  const days = Map.groupBy(grid, ({ span }) => newYorkDate(span.ts));
  return [...days].flatMap(([date, places]) => {
    const session = sessionOn(date, timeframe);
    const isWhole = session !== null && places.length === candleSpans(session, timeframe).length;
    return isWhole && places.every(({ candle }) => candle === null) ? date : [];
  });
}

/** A due watch and the places of the grid since its cursor, at least one. */
interface Wanted extends DueWatch {
  readonly spans: readonly CandleSpan[];
}

/** Asks once more for the session of the first candle that is missing. */
async function mend(deps: ScanDeps, due: Wanted & ReadyWatch, round: Round): Promise<ReadyWatch> {
  const { now, signal, tally } = round;
  const { ticker, timeframe } = due.watch;
  const hole = due.grid.find(({ candle, span }) => candle === null && isWithinReach(deps, due, span, now));
  if (hole === undefined) return due;

  const [session] = sessionsBetween(hole.span.ts, hole.span.end, timeframe);
  const refetchFrom = session?.open ?? hole.span.ts;
  // What was built without the candle is built again; a daily one rests on a fetch of its own.
  const context = HIGHER_TIMEFRAMES[timeframe].filter((higher) => higher !== '1d');
  countBroughtIn(
    tally,
    await bringInCandles(deps, { ticker, timeframes: [timeframe], context, now, signal, refetchFrom }),
  );
  const [again] = await readGrids(deps, [due], now);
  return again ?? due;
}

/** Most find all their candles. Only what a grid lacks needs coverage, to tell what is late from what did not trade. */
async function readGrids<T extends Wanted>(
  deps: ScanDeps,
  wanted: readonly T[],
  now: number,
): Promise<(T & ReadyWatch)[]> {
  const grids = await readCandles(deps, wanted);
  const lacking = grids.filter(({ grid }) => grid.some(({ candle }) => candle === null));
  if (lacking.length === 0) return grids;

  const coverage = await deps.stores.candles.coverageOf(lacking.map(sessionsOf));
  // Read again behind the coverage: a candle that came meanwhile must not pass for one that did not trade.
  const again = await readCandles(deps, lacking);
  const known = new Map(
    again.map((each, index) => [each.watch.id, cutOff(deps, each, coverage[index] ?? [], now)]),
  );
  return grids.map((each) => known.get(each.watch.id) ?? each);
}

async function readCandles<T extends Wanted>(
  { stores }: ScanDeps,
  wanted: readonly T[],
): Promise<(T & ReadyWatch)[]> {
  const found = await stores.candles.readAll(
    wanted.map((each) => ({ ...seriesOf(each.watch), ...rangeOf(each) })),
  );
  return wanted.map((each, index) => {
    const byTs = new Map((found[index] ?? []).map((candle) => [candle.ts, candle]));
    return { ...each, grid: each.spans.map((span) => ({ span, candle: byTs.get(span.ts) ?? null })) };
  });
}

/** Ends a grid before the first candle that may still come. */
function cutOff<T extends ReadyWatch>(
  deps: ScanDeps,
  due: T,
  coverage: readonly SessionCoverage[],
  now: number,
): T {
  const end = due.grid.findIndex(
    ({ span, candle }) =>
      candle === null && !isCovered(coverage, span) && isWithinReach(deps, due, span, now),
  );
  return end === -1 ? due : { ...due, grid: due.grid.slice(0, end) };
}

function rangeOf({ spans, cursor }: Wanted) {
  return { from: spans[0]?.ts ?? cursor, to: spans.at(-1)?.ts ?? cursor };
}

function sessionsOf(due: Wanted) {
  const { from, to } = rangeOf(due);
  return { ...seriesOf(due.watch), fromDate: newYorkDate(from), toDate: newYorkDate(to) };
}

function seriesOf({ ticker, timeframe }: Watch) {
  return { ticker, timeframe };
}

/**
 * What lies further back than the source reaches can never be asked for again. The session in which its
 * reach begins is never whole, so a day is taken off.
 */
function isWithinReach(deps: ScanDeps, { watch }: DueWatch, span: CandleSpan, now: number): boolean {
  const reachDays = deps.market.reachDays[fetchedTimeframeFor(watch.timeframe)];
  return span.ts > now - (reachDays - 1) * DAY;
}
