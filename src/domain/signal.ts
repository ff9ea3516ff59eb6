import type { SessionKind } from './calendar.ts';
import type { FeatureVector } from './features/feature.ts';
import type { Quote } from './quote.ts';
import type { SignalTimeframe } from './timeframe.ts';

export const SIDES = ['long', 'short'] as const;
export type Side = (typeof SIDES)[number];

/** Where a row of history comes from; what was replayed, simulated or imported says so. */
export type Origin = 'live' | 'replay' | 'sandbox' | 'legacy';
/** Which scanner made a signal. */
export type SourceSystem = 'basic_scanner' | 'ml_scanner';

/** What a detector saw on one closed candle. */
export interface Detection {
  readonly side: Side;
  /** Strength, 0 to 1. */
  readonly score: number;
}

/** First and last candle `ts` (epoch ms) of one series that a vector was computed from. */
export interface InputRange {
  readonly first: number;
  readonly last: number;
}

/** Series used by a feature vector, keyed `TICKER timeframe` (`"SPY 15m"`); null when the series had nothing. */
export type FeatureInputs = Readonly<Record<string, InputRange | null>>;

/** A signal before it is stored: everything is frozen here. */
export interface NewSignal {
  readonly timeframe: SignalTimeframe;
  /** Close time of the triggering candle, epoch ms. */
  readonly firedAt: number;
  readonly side: Side;
  readonly detectorId: string;
  readonly detectorVersion: string;
  readonly sourceSystem: SourceSystem;
  readonly score: number;
  /** Close of the triggering candle, USD. */
  readonly priceAtSignal: number;
  readonly quote: Quote | null;
  readonly session: SessionKind;
  readonly features: FeatureVector;
  readonly featureVersion: number;
  readonly featureInputs: FeatureInputs;
  /** Age of the triggering candle's close when it was scanned, ms; null for a replay. */
  readonly dataFreshnessMs: number | null;
}

/** A stored signal. */
export interface Signal extends NewSignal {
  readonly id: number;
  readonly ticker: string;
  readonly origin: Origin;
}
