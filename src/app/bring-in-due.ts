import { OraError } from '../domain/errors.ts';
import { MARKET_TICKER, VOLATILITY_TICKER } from '../domain/ticker.ts';
import { HIGHER_TIMEFRAMES, type Timeframe } from '../domain/timeframe.ts';
import { type BringInInput, bringInCandles } from './bring-in-candles.ts';
import { inParallel } from './in-parallel.ts';
import type { Watch } from './ports.ts';
import { countBroughtIn, isolate, type Round, type ScanDeps } from './scan-round.ts';

/** Tickers that are brought in at the same time. */
const PARALLEL = 8;
/** A ticker that the source does not know is asked for again after this long. */
const UNKNOWN_PAUSE_MS = 60 * 60_000;

type Wanted = Required<Pick<BringInInput, 'ticker' | 'timeframes' | 'context' | 'depth'>>;

/** Brings in every series the scan needs. */
export async function bringInDue(deps: ScanDeps, due: readonly Watch[], round: Round): Promise<void> {
  const wanted = wantedSeries(due).filter(({ ticker }) => (round.unknown.get(ticker) ?? 0) <= round.now);
  const bringIn = (series: Wanted) =>
    isolate(deps, round.tally, { what: series.ticker, work: () => bringInKnown(deps, series, round) });
  await inParallel(wanted, PARALLEL, bringIn, round.stopping);
}

/** The series of each due ticker and of the market, each ticker once. */
function wantedSeries(due: readonly Watch[]): Wanted[] {
  const market: Wanted[] = [
    { ticker: MARKET_TICKER, timeframes: [], context: ['15m', '1d'], depth: 'new' },
    { ticker: VOLATILITY_TICKER, timeframes: [], context: ['15m'], depth: 'new' },
  ];
  const wanted = new Map(market.map((series) => [series.ticker, series]));
  for (const { ticker, timeframe, lastScannedTs } of due) {
    const before = wanted.get(ticker);
    wanted.set(ticker, {
      ticker,
      timeframes: join(before?.timeframes, [timeframe]),
      context: join(before?.context, HIGHER_TIMEFRAMES[timeframe]),
      depth: lastScannedTs === null ? 'history' : (before?.depth ?? 'new'),
    });
  }
  return [...wanted.values()];
}

function join(known: readonly Timeframe[] = [], more: readonly Timeframe[]): Timeframe[] {
  return [...new Set([...known, ...more])];
}

/** A ticker that the source does not know is said once and then not asked for a while. */
async function bringInKnown(
  deps: ScanDeps,
  series: Wanted,
  { now, signal, unknown, tally }: Round,
): Promise<void> {
  try {
    countBroughtIn(tally, await bringInCandles(deps, { ...series, now, signal }));
  } catch (error) {
    if (!(error instanceof OraError && error.code === 'not_found')) throw error;
    unknown.set(series.ticker, now + UNKNOWN_PAUSE_MS);
    tally.errors.push(error.message);
    deps.log.warn({ ticker: series.ticker, reason: error.message }, 'ticker unknown to the source');
  }
}
