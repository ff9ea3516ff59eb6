import type { RawCandle } from '../../src/domain/candle.ts';
import type { FetchedTimeframe } from '../../src/domain/timeframe.ts';
import type { Prices } from '../../src/sandbox/yahoo/prices.ts';

/** What a test does to one candle: gives it back as it is or changed, or null to hide it. */
export type Bend = (candle: RawCandle, ticker: string, timeframe: FetchedTimeframe) => RawCandle | null;

/** Prices that a test may bend while the servers run. */
export interface BendablePrices extends Prices {
  /** Bends every candle from now on, on top of what bent it before. */
  bend(how: Bend): void;
  /** Undoes all. */
  straighten(): void;
}

/** A market that a test may change: late candles, holes, corrections. */
export function bendable(prices: Prices): BendablePrices {
  let bends: Bend[] = [];
  return {
    tickers: () => prices.tickers(),
    span: () => prices.span(),
    label: prices.label,
    describe: () => prices.describe(),
    bend: (how) => void bends.push(how),
    straighten: () => {
      bends = [];
    },
    candles: (ticker, timeframe, from, to) =>
      prices.candles(ticker, timeframe, from, to).flatMap((candle) => {
        let bent: RawCandle | null = candle;
        for (const how of bends) bent = bent && how(bent, ticker, timeframe);
        return bent ?? [];
      }),
  };
}
