import type { FeatureVector } from '../../domain/features/feature.ts';
import type { LabelRequest } from '../../domain/labels/label-series.ts';
import type { LabelTarget, Outcome } from '../../domain/labels/outcome.ts';
import type { LabelVersion } from '../../domain/labels/versions.ts';
import type { Quote } from '../../domain/quote.ts';
import type { SeriesKey } from '../../domain/series-key.ts';
import type { FeatureInputs } from '../../domain/signal.ts';
import type { SignalTimeframe } from '../../domain/timeframe.ts';

/*
 * What labelling needs from outside; the conventions of ports.ts hold here too.
 */

/** Which outcomes are meant: some versions, of targets that fired in a period. */
export interface LabelScope {
  readonly versions: readonly LabelVersion[];
  /** Inclusive. */
  readonly from?: number;
  /** Inclusive. */
  readonly to?: number;
}

/** A series of candles in which some targets wait to be measured: their own, or smaller ones. */
export interface LabelSeries extends SeriesKey {
  /** Oldest `firedAt` that still lacks an outcome. */
  readonly from: number;
}

/** A signal, or one side of a baseline, with what it still lacks. */
export interface UnlabelledTarget {
  readonly target: LabelTarget;
  readonly missing: readonly LabelRequest[];
}

/** An outcome as it was written. */
export interface StoredOutcome {
  readonly outcome: Outcome;
  /** A candle of its window was added or changed since. */
  readonly isRevised: boolean;
}

export interface OutcomeStore {
  /** Series of candles with signals or baselines that lack an outcome of some horizon. */
  unresolved(scope: LabelScope): Promise<LabelSeries[]>;
  /**
   * Targets to be measured in the candles of a series, oldest first, that fired in a span (`from` inclusive,
   * `to` exclusive, null without end). Smaller candles than the target's own are asked for where its day is covered.
   */
  targets(
    series: SeriesKey,
    scope: LabelScope,
    span: { readonly from: number; readonly to: number | null },
  ): Promise<UnlabelledTarget[]>;
  /** When the first target at or after a moment fired that may be measured in these candles; null when none did. */
  nextTarget(series: SeriesKey, scope: LabelScope, from: number): Promise<number | null>;
  /** Insert-only; rows that exist are left. @returns how many were new. */
  insert(outcomes: readonly Outcome[]): Promise<number>;
  /** What is stored, measured in the candles of a series, by `firedAt`. */
  stored(series: SeriesKey, scope: LabelScope): Promise<StoredOutcome[]>;
  /**
   * Takes rows away for a relabel: those under which a candle was revised, or those that said `data_missing`.
   * Each is kept whole in `outcome_revisions`. @returns how many.
   */
  withdraw(
    which: LabelScope & {
      readonly because: 'revised' | 'data_missing';
      readonly ticker?: string;
      readonly actor: string;
    },
  ): Promise<number>;
  /** How the same signals and horizons are told by two versions: what each says, and how many. */
  transitions(
    versions: readonly [number, number],
    period: { readonly from?: number; readonly to?: number },
  ): Promise<LabelTransition[]>;
}

/** What a version says of a signal at a horizon: the first barrier, why nothing was measured, or that there is no row. */
export type LabelClass = 'tp1' | 'stop' | 'none' | 'ambiguous' | 'invalid_entry' | 'data_missing' | 'no_row';

/** Signals and horizons that one version tells like this and another like that. */
export interface LabelTransition {
  readonly before: LabelClass;
  readonly after: LabelClass;
  readonly n: number;
}

/** A random moment, with its features frozen like a signal's. */
export interface NewBaseline {
  /** The candle's open. */
  readonly ts: number;
  readonly closedAt: number;
  /** Its close, USD. */
  readonly price: number;
  readonly features: FeatureVector;
  readonly featureVersion: number;
  readonly featureInputs: FeatureInputs;
}

export interface BaselineStore {
  /** Series that are scanned: with signals, or actively watched. */
  series(): Promise<(SeriesKey & { readonly timeframe: SignalTimeframe })[]>;
  /** `ts` of the newest baseline of a series, else `firedAt` of its oldest signal; null without either. */
  drawnTo(series: SeriesKey): Promise<number | null>;
  /** A baseline that exists is left. @returns how many were new. */
  insert(series: SeriesKey, baselines: readonly NewBaseline[]): Promise<number>;
  /** Marks those with a signal of their series within so many ms. @returns how many were marked now. */
  markNear(series: SeriesKey, withinMs: number): Promise<number>;
}

/** A stored feature vector with what it says it rests on. */
export interface FrozenVector {
  readonly kind: 'signal' | 'baseline';
  readonly id: number;
  readonly firedAt: number;
  readonly features: FeatureVector;
  readonly featureVersion: number;
  readonly inputs: FeatureInputs;
  readonly quote: Quote | null;
  /** When the run began that computed it; null when that is not known. */
  readonly recordedAt: number | null;
}

export interface VectorStore {
  /** Of signals and baselines of a series, oldest first; both ends inclusive. Those without inputs are not ours. */
  frozen(series: SeriesKey, period: { readonly from: number; readonly to: number }): Promise<FrozenVector[]>;
}
