import {
  type CandleSpan,
  candleSpans,
  closedSpansAfter,
  newYorkDate,
  sessionOn,
  sessionsBetween,
} from '../domain/calendar.ts';
import type { Candle } from '../domain/candle.ts';
import { fetchedTimeframeFor } from '../domain/fetch-plan.ts';
import type { Timeframe } from '../domain/timeframe.ts';
import { bringInCandles } from './bring-in-candles.ts';
import { isCovered } from './coverage.ts';
import type { Watch } from './ports.ts';
import type { Round, ScanDeps } from './scan-round.ts';
import { countBroughtIn } from './scan-round.ts';

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

/**
 * The grid from a watch's cursor to the newest candle that can be scanned. It ends before a candle that
 * is not there yet; where one is missing inside coverage its session is asked for again first, once.
 */
export async function findScannable(deps: ScanDeps, due: DueWatch, round: Round): Promise<GridCandle[]> {
  const { now, signal, tally } = round;
  const { ticker, timeframe } = due.watch;
  const grid = await readGrid(deps, due, now);
  const hole = grid.find(({ candle, span }) => candle === null && isWithinReach(deps, due, span, now));
  if (hole === undefined) return grid;

  const [session] = sessionsBetween(hole.span.ts, hole.span.end, timeframe);
  const refetchFrom = session?.open ?? hole.span.ts;
  countBroughtIn(
    tally,
    await bringInCandles(deps, { ticker, timeframes: [timeframe], now, signal, refetchFrom }),
  );
  return readGrid(deps, due, now);
}

/** Dates on which a whole session brought no candle: the exchange was shut, or the ticker halted. */
export function emptySessions(grid: readonly GridCandle[], timeframe: Timeframe): string[] {
  const days = Map.groupBy(grid, ({ span }) => newYorkDate(span.ts));
  return [...days].flatMap(([date, places]) => {
    const session = sessionOn(date, timeframe);
    const isWhole = session !== null && places.length === candleSpans(session, timeframe).length;
    return isWhole && places.every(({ candle }) => candle === null) ? date : [];
  });
}

async function readGrid(deps: ScanDeps, due: DueWatch, now: number): Promise<GridCandle[]> {
  const { watch, cursor } = due;
  const spans = closedSpansAfter(cursor, watch.timeframe, now, deps.settings.graceMs);
  const [first] = spans;
  const last = spans.at(-1);
  if (first === undefined || last === undefined) return [];
  const [candles, coverage] = await Promise.all([
    deps.stores.candles.read(watch, { from: first.ts, to: last.ts }),
    deps.stores.candles.coverage(watch, newYorkDate(first.ts), newYorkDate(last.ts)),
  ]);
  const byTs = new Map(candles.map((candle) => [candle.ts, candle]));
  const grid = spans.map((span) => ({ span, candle: byTs.get(span.ts) ?? null }));
  const end = grid.findIndex(
    ({ span, candle }) =>
      candle === null && !isCovered(coverage, span) && isWithinReach(deps, due, span, now),
  );
  return end === -1 ? grid : grid.slice(0, end);
}

/**
 * What lies further back than the source reaches can never be asked for again. The session in which its
 * reach begins is never whole, so a day is taken off.
 */
function isWithinReach(deps: ScanDeps, { watch }: DueWatch, span: CandleSpan, now: number): boolean {
  const reachDays = deps.market.reachDays[fetchedTimeframeFor(watch.timeframe)];
  return span.ts > now - (reachDays - 1) * DAY;
}
