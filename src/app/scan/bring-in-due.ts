import { OraError } from '../../domain/errors.ts';
import { MARKET_TICKER, VOLATILITY_TICKER } from '../../domain/ticker.ts';
import { HIGHER_TIMEFRAMES, type Timeframe } from '../../domain/timeframe.ts';
import { type BringInInput, bringInAll } from '../candles/bring-in-candles.ts';
import type { Watch } from '../ports.ts';
import { countBroughtIn, type Round, report, type ScanDeps } from './scan-round.ts';

/** A ticker that the source does not know is asked for again after this long. */
const UNKNOWN_PAUSE_MS = 60 * 60_000;

type Wanted = Required<Pick<BringInInput, 'ticker' | 'timeframes' | 'context' | 'depth'>>;

/** Brings in every series the scan needs. */
export async function bringInDue(deps: ScanDeps, due: readonly Watch[], round: Round): Promise<void> {
  const { now, signal, stopping, coverage, unknown, tally } = round;
  const wanted = wantedSeries(due).filter(({ ticker }) => (unknown.get(ticker) ?? 0) <= now);
  const inputs = wanted.map((series) => ({ ...series, now, signal }));
  for (const { input, brought, errors } of await bringInAll(deps, inputs, { memory: coverage, stopping })) {
    countBroughtIn(tally, brought);
    for (const error of errors) tell(deps, input.ticker, error, round);
  }
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
function tell(deps: ScanDeps, ticker: string, error: unknown, { now, unknown, tally }: Round): void {
  if (error instanceof OraError && error.code === 'not_found') {
    unknown.set(ticker, now + UNKNOWN_PAUSE_MS);
    tally.errors.push(error.message);
    deps.log.warn({ ticker, reason: error.message }, 'ticker unknown to the source');
  } else {
    report(deps, tally, ticker, error);
  }
}
