import { createHash } from 'node:crypto';
import type { Timeframe } from './timeframe.ts';

/** Which candles are drawn as baselines. */
export interface Lottery {
  /** Another seed draws other candles. */
  readonly seed: string;
  /** Share of candles that are drawn, 0 to 1. What a smaller rate draws, a larger one draws too. */
  readonly rate: number;
}

/**
 * Whether a candle is a baseline. It depends on nothing but the seed and the candle's own name, least of all
 * on signals, so a rerun draws the same.
 *
 * @param ts the candle's open, epoch ms.
 */
export function isDrawn(
  { seed, rate }: Lottery,
  candle: { readonly ticker: string; readonly timeframe: Timeframe; readonly ts: number },
): boolean {
  const text = `${seed}|${candle.ticker}|${candle.timeframe}|${candle.ts}`;
  const hash = createHash('sha256').update(text).digest().readUIntBE(0, 6);
  return hash / 2 ** 48 < rate;
}
