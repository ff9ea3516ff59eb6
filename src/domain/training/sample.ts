import type { DecisionAction } from '../card.ts';
import type { FeatureVector } from '../features/feature.ts';
import type { Origin, Side, SourceSystem } from '../signal.ts';
import type { Timeframe } from '../timeframe.ts';

/** What the market did, as the stored outcome of one horizon and label version says. */
export interface SampleLabel {
  readonly retClose: number | null;
  readonly maxRunUp: number | null;
  readonly maxDrawdown: number | null;
  readonly hitTp1: boolean | null;
  readonly hitTp2: boolean | null;
  readonly hitTp3: boolean | null;
  readonly hitStop: boolean | null;
  /** Milliseconds from `t0` to the close of the first touching candle. */
  readonly tToTp1Ms: number | null;
  readonly tToStopMs: number | null;
  readonly firstBarrier: 'tp1' | 'stop' | 'none' | null;
  readonly ambiguous: boolean | null;
  readonly gapFill: boolean | null;
  readonly entryPrice: number | null;
  readonly retWorst: number | null;
  readonly retBest: number | null;
  /** What went ex between the entry's day and the horizon's end, USD a share. */
  readonly dividendUsd: number;
}

/** What made a row: a detector that saw something, or chance. */
export type SampleSource =
  | {
      readonly kind: 'signal';
      readonly detectorId: string;
      readonly detectorVersion: string;
      readonly sourceSystem: SourceSystem;
      readonly origin: Origin;
      readonly score: number | null;
      /** What people did about it; null when nobody decided. */
      readonly decision: SampleDecision | null;
    }
  | { readonly kind: 'baseline'; readonly nearSignal: boolean };

/** The last decision about a signal, by anyone. */
export interface SampleDecision {
  readonly action: DecisionAction;
  readonly decidedAt: number;
  readonly latencyMs: number | null;
  /** Somebody entered, whatever was decided last. */
  readonly entered: boolean;
}

/** One labelled moment of one side: a row of the training set before its weights are known. */
export interface TrainingSample {
  readonly ticker: string;
  readonly timeframe: Timeframe;
  readonly side: Side;
  /** When its features were known and its label begins, epoch ms. */
  readonly t0: number;
  /** End of its horizon, epoch ms, however early a barrier was touched. */
  readonly t1: number;
  /** Close of the candle, USD. */
  readonly price: number | null;
  readonly features: FeatureVector;
  /** Time of day and volatility, in a number: rows of one stratum are alike. */
  readonly stratum: number;
  readonly label: SampleLabel;
  readonly source: SampleSource;
}

/** A row of the training set. */
export interface TrainingRow extends TrainingSample {
  /** Average uniqueness of its span among all rows of the ticker, in (0, 1]. */
  readonly uniqueness: number;
  /** 1 for a signal; for a baseline what makes all of them together resemble the signals. */
  readonly matchWeight: number;
}

/** Which rows a training set holds: one horizon of one label version. */
export interface TrainingFilter {
  readonly labelVersion: number;
  /** 0 is the session's close. */
  readonly horizonBars: number;
  /** Null: candles of each row's own timeframe. */
  readonly horizonTimeframe: Timeframe | null;
  /** Those of its rows. */
  readonly timeframes: readonly Timeframe[];
  /** `t0` from here on, epoch ms; null: from the beginning. */
  readonly from: number | null;
  /** `t0` up to here, inclusive. */
  readonly to: number | null;
  readonly baselines: 'with' | 'without';
}
