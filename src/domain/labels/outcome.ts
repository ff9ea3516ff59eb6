import type { Side } from '../signal.ts';
import type { Timeframe } from '../timeframe.ts';

/** What is labelled: a signal, or one side of a baseline. */
export interface LabelTarget {
  readonly kind: 'signal' | 'baseline';
  /** Row id of the signal or baseline. */
  readonly id: number;
  /** Close time of the triggering candle, epoch ms; the window starts here. */
  readonly firedAt: number;
  /** Close of the triggering candle, USD, > 0; after a split as the rewritten candles have it. */
  readonly price: number;
  /** ATR14 as of that close, USD; null when it was not known. */
  readonly atr14: number | null;
  readonly side: Side;
  /** The candles were rewritten by a split since, and price and ATR with them: they are not those of the row. */
  readonly isRescaled: boolean;
}

/** N candles of one timeframe; 0 candles stand for all up to the close of the session in which the window begins. */
export interface Horizon {
  readonly timeframe: Timeframe;
  readonly bars: number;
}

/** Stands for a horizon that ends with the session: day traders are flat at the close. */
export const TO_SESSION_CLOSE = 0;

/** Which outcome: one target, one horizon, one definition. */
export interface OutcomeKey {
  readonly target: LabelTarget;
  readonly horizon: Horizon;
  readonly labelVersion: number;
}

/**
 * What became of one target within one horizon. `pending` is no outcome: it is the absence of one
 * (docs/adr/0007-states-of-an-outcome.md).
 */
export type Outcome = ResolvedOutcome | UnmeasuredOutcome;

/** What the market did. Ratios are fractions rounded half away from zero at six places. */
export interface ResolvedOutcome extends OutcomeKey {
  readonly state: 'resolved';
  readonly retClose: number;
  /** (highest high - entry) / entry; raw, not signed by side. */
  readonly maxRunUp: number;
  /** (lowest low - entry) / entry; raw, not signed by side. */
  readonly maxDrawdown: number;
  readonly hitTp1: boolean;
  readonly hitTp2: boolean;
  readonly hitTp3: boolean;
  readonly hitStop: boolean;
  /** Close of the first touching candle minus `firedAt`, ms; null when not touched. */
  readonly tToTp1Ms: number | null;
  readonly tToStopMs: number | null;
  /** Which of TP1 and the stop came first; the stop wins a tie that nothing settles. */
  readonly firstBarrier: 'tp1' | 'stop' | 'none';
  /** TP1 and the stop were both first touched in the same candle, and nothing says which came first. */
  readonly ambiguous: boolean;
  /** End of the horizon, epoch ms. */
  readonly horizonEndTs: number;
  /** How the trade would have gone; null in a version that knows no fills. */
  readonly trade: TradeResult | null;
}

/** What entering and leaving at the first barrier, or else at the horizon's end, would have given. */
export interface TradeResult {
  /** USD. */
  readonly entry: number;
  /** The first barrier was passed by a gap: filled at the candle's open, however far beyond. */
  readonly gapFill: boolean;
  /** Return as a fraction in the trade's favour. Of a tie that nothing settles the stop's, else the same as `retBest`. */
  readonly retWorst: number;
  /** Of a tie that nothing settles TP1's. */
  readonly retBest: number;
  /** The finer candles that settled a tie; null where there was none, or none settled it. */
  readonly settledBy: Timeframe | null;
}

/** An outcome that holds no measurement, and says why. */
export interface UnmeasuredOutcome extends OutcomeKey {
  /** `invalid_entry`: the next open was already beyond the stop or TP1. `data_missing`: it can never be known. */
  readonly state: 'data_missing' | 'invalid_entry';
  /** The open that could not be entered at, USD; null when nothing is known. */
  readonly entry: number | null;
  /** End of the horizon, epoch ms; null when it cannot be told. */
  readonly horizonEndTs: number | null;
}
