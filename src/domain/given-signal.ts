import { spanClosingAt } from './calendar.ts';
import { FEATURE_KEYS, type FeatureKey, type FeatureVector } from './features/feature.ts';
import type { Quote } from './quote.ts';
import type { Origin, Side } from './signal.ts';
import type { SignalTimeframe } from './timeframe.ts';

/** A signal that another program saw. */
export interface GivenSignal {
  readonly ticker: string;
  readonly timeframe: SignalTimeframe;
  /** Close of the candle that triggered it, epoch ms. */
  readonly firedAt: number;
  readonly side: Side;
  readonly detector: GivenDetector;
  /** 0 to 1. */
  readonly score: number;
  /** USD. */
  readonly price: number;
  readonly quote: Quote | null;
  /** Under our names where they mean the same; others are kept as they are. */
  readonly features: Readonly<Record<string, number | null>>;
  /** Null: live while it can still be acted on, else legacy. */
  readonly origin: Extract<Origin, 'live' | 'replay' | 'legacy'> | null;
}

/** What saw it: registered as given when it is new. */
export interface GivenDetector {
  readonly id: string;
  readonly version: string;
  /** A model's signals are the ML scanner's. */
  readonly kind: 'rule' | 'ml';
  readonly description: string | null;
  readonly params: Readonly<Record<string, number>>;
}

/** Why a signal cannot be taken in, in a sentence; null when it can. */
export function whyRefused({ firedAt, timeframe }: GivenSignal, now: number): string | null {
  const when = new Date(firedAt).toISOString();
  if (firedAt > now) return `fired_at ${when} lies in the future`;
  if (spanClosingAt(firedAt, timeframe) === null) {
    return `no ${timeframe} candle of a regular session closes at fired_at ${when}`;
  }
  return null;
}

/** A value that differs from ours. */
export interface Difference {
  /** `price_at_signal`, or a feature. */
  readonly name: string;
  readonly given: number;
  readonly ours: number;
}

/** Beyond this, relative to the larger of the two, numbers are not the same. */
const TOLERANCE = 1e-6;
/** Known with the quote alone, which each side asks for itself. */
const INCOMPARABLE: FeatureKey = 'spread_bps';

/** What differs between a given signal and what we compute for the same candle, where both say something. */
export function compareWithOurs(
  given: Pick<GivenSignal, 'price' | 'features'>,
  ours: { readonly price: number; readonly features: FeatureVector },
): Difference[] {
  const pairs = FEATURE_KEYS.filter((key) => key !== INCOMPARABLE).map(
    (key) => [key, given.features[key] ?? null, ours.features[key]] as const,
  );
  return [['price_at_signal', given.price, ours.price] as const, ...pairs].flatMap(([name, theirs, own]) => {
    if (theirs === null || own === null) return [];
    const size = Math.max(Math.abs(theirs), Math.abs(own));
    return Math.abs(theirs - own) <= TOLERANCE * size ? [] : [{ name, given: theirs, ours: own }];
  });
}
