import { buildCandles } from '../../domain/build-candles.ts';
import { newYorkDate, type Session, sessionsBetween } from '../../domain/calendar.ts';
import type { Candle } from '../../domain/candle.ts';
import type { Timeframe } from '../../domain/timeframe.ts';
import type { CandleBatch, SessionCoverage, StoreCounts } from '../ports.ts';
import type { Services } from '../services.ts';

export interface BuildSeriesInput {
  readonly ticker: string;
  readonly timeframe: Timeframe;
  /** The stored smaller series. */
  readonly from: Timeframe;
  /** Sessions from here on are built again. */
  readonly changedFrom: number;
  readonly to: number;
}

/** Builds a larger timeframe from a stored smaller one; what was fetched or imported is never replaced. */
export async function buildSeries(
  deps: Pick<Services, 'stores'>,
  input: BuildSeriesInput,
): Promise<StoreCounts> {
  const [batch] = await buildBatches(deps, [input]);
  return batch ? deps.stores.candles.store(batch) : { inserted: 0, changed: 0, unchanged: 0 };
}

/** What such series are to be, not yet stored; null for one without a session since it changed. */
export async function buildBatches(
  { stores }: Pick<Services, 'stores'>,
  inputs: readonly BuildSeriesInput[],
): Promise<(CandleBatch | null)[]> {
  const wanted = inputs.flatMap((input) => {
    const [first] = sessionsBetween(input.changedFrom, input.to, input.timeframe);
    return first === undefined ? [] : [{ input, first }];
  });
  const [candles, coverage] = await Promise.all([
    stores.candles.readAll(
      wanted.map(({ input, first }) => ({ ...baseOf(input), from: first.open, to: input.to })),
    ),
    stores.candles.coverageOf(
      wanted.map(({ input, first }) => ({ ...baseOf(input), ...datesOf(input, first) })),
    ),
  ]);
  const built = new Map(
    wanted.map(({ input }, index) => [input, build(input, candles[index] ?? [], coverage[index] ?? [])]),
  );
  return inputs.map((input) => built.get(input) ?? null);
}

function baseOf({ ticker, from }: BuildSeriesInput) {
  return { ticker, timeframe: from };
}

function datesOf({ to }: BuildSeriesInput, first: Session) {
  return { fromDate: first.date, toDate: newYorkDate(to) };
}

function build(
  { ticker, timeframe, from }: BuildSeriesInput,
  candles: readonly Candle[],
  coverage: readonly SessionCoverage[],
): CandleBatch {
  const built = buildCandles(candles, { base: from, timeframe, coverage });
  return { ticker, timeframe, source: `built:${from}`, candles: built, coverage };
}
