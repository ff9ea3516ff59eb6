import type { Candle } from '../../domain/candle.ts';
import type { Levels } from '../../domain/card.ts';
import type { Figure } from '../../domain/figure.ts';
import type { Side } from '../../domain/signal.ts';
import type { Timeframe } from '../../domain/timeframe.ts';

/* What a drawer of charts is given; the conventions of ports.ts hold here too. */

/** What a chart shows; drawn off the main thread. */
export interface ChartSpec {
  readonly ticker: string;
  readonly timeframe: Timeframe;
  /** Warm-up candles for the averages first, then the shown ones. */
  readonly candles: readonly Candle[];
  /** How many of the newest candles are drawn. */
  readonly shown: number;
  readonly levels: Levels | null;
  readonly side: Side | null;
  /** Close time of the signal's candle; null for a plain chart. */
  readonly firedAt: number | null;
  /** A trade on a plain chart: its mean entry and its stop, USD, named at the edge beside the last price. */
  readonly trade?: { readonly entry: number; readonly stop: number | null };
  /** What was bought and sold, marked on the candle of its time. */
  readonly fills?: readonly ChartFill[];
}

/** One execution on a chart. */
export interface ChartFill {
  /** Epoch ms. */
  readonly at: number;
  /** USD. */
  readonly price: number;
  readonly action: 'buy' | 'sell';
}

export interface ChartRenderer {
  /** PNG bytes, 1000 x 560. */
  draw(spec: ChartSpec | Figure): Promise<Uint8Array>;
  close(): Promise<void>;
}
