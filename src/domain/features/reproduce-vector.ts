import type { Candle } from '../candle.ts';
import type { Quote } from '../quote.ts';
import type { Timeframe } from '../timeframe.ts';
import { type ContextSources, createMarketContext } from './context.ts';
import type { FeatureVector } from './feature.ts';
import { createVectorStream } from './vector.ts';

/** The candles that `signals.feature_inputs` names, read again. */
export interface VectorInputs extends ContextSources {
  readonly timeframe: Timeframe;
  /** The scanned series; the last one is the triggering candle. */
  readonly candles: readonly Candle[];
  readonly quote: Quote | null;
}

/** Computes one vector again from exactly its inputs. @throws Error without a candle. */
export function reproduceVector(inputs: VectorInputs): FeatureVector {
  const stream = createVectorStream({ timeframe: inputs.timeframe, context: createMarketContext(inputs) });
  let vector: FeatureVector | null = null;
  for (const candle of inputs.candles) vector = stream(candle, inputs.quote);
  if (vector === null) throw new Error('a vector needs at least one candle');
  return vector;
}

/**
 * The vector as of the candle that opens at `ts`, from inputs that may hold later candles, of any series:
 * they must make no difference. @throws Error when that candle is not there.
 */
export function vectorAt(inputs: VectorInputs, ts: number): FeatureVector {
  const stream = createVectorStream({ timeframe: inputs.timeframe, context: createMarketContext(inputs) });
  for (const candle of inputs.candles) {
    const vector = stream(candle, candle.ts === ts ? inputs.quote : null);
    if (candle.ts === ts) return vector;
  }
  throw new Error(`the candle that opens at ${new Date(ts).toISOString()} is not stored any more`);
}
