import { buildCandles } from '../../domain/build-candles.ts';
import { candleSpans, newYorkDate, sessionsBetween } from '../../domain/calendar.ts';
import type { Candle } from '../../domain/candle.ts';
import type { Timeframe } from '../../domain/timeframe.ts';
import type { CandleBatch, SessionCoverage, StoreCounts } from '../ports.ts';
import type { Services } from '../services.ts';

export interface BuildSeriesInput {
  readonly ticker: string;
  readonly timeframe: Timeframe;
  /** The stored smaller series. */
  readonly from: Timeframe;
  /** The candle that this lies in and all after it are built again. */
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

/** What such series are to be from there on, not yet stored; null for one without a session since it changed. */
export async function buildBatches(
  { stores }: Pick<Services, 'stores'>,
  inputs: readonly BuildSeriesInput[],
): Promise<(CandleBatch | null)[]> {
  const wanted = inputs.flatMap((input) => {
    const { changedFrom, to, timeframe } = input;
    const [first] = sessionsBetween(changedFrom, to, timeframe);
    if (first === undefined) return [];
    const begin = candleSpans(first, timeframe).find(({ end }) => end > changedFrom)?.ts ?? first.open;
    return [{ input, begin, fromDate: first.date }];
  });
  const [candles, coverage] = await Promise.all([
    stores.candles.readAll(
      wanted.map(({ input, begin }) => ({ ...baseOf(input), from: begin, to: input.to })),
    ),
    stores.candles.coverageOf(
      wanted.map(({ input, fromDate }) => ({ ...baseOf(input), fromDate, toDate: newYorkDate(input.to) })),
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

function build(
  { ticker, timeframe, from }: BuildSeriesInput,
  candles: readonly Candle[],
  coverage: readonly SessionCoverage[],
): CandleBatch {
  const built = buildCandles(candles, { base: from, timeframe, coverage });
  return { ticker, timeframe, source: `built:${from}`, candles: built, coverage };
}
