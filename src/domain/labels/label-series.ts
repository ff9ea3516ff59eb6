import { type Barriers, openTrade, type Trade } from './barriers.ts';
import { judgeWindow, type Touch } from './judge.ts';
import { at, joinCandles, type LabelCandles, NO_CANDLES } from './label-candles.ts';
import {
  type Horizon,
  type LabelTarget,
  type Outcome,
  type OutcomeKey,
  type ResolvedOutcome,
  TO_SESSION_CLOSE,
} from './outcome.ts';
import { Records } from './records.ts';
import type { LabelVersion } from './versions.ts';

/** Horizons asked for by one label version. */
export interface LabelRequest {
  readonly version: LabelVersion;
  readonly horizons: readonly Horizon[];
}

/** A target that waits for outcomes. */
export interface DueTarget {
  readonly target: LabelTarget;
  /** What has no outcome yet, all in candles of the series that is swept. */
  readonly missing: readonly LabelRequest[];
  /** No candle that closes later is trusted, epoch ms; from `knownThrough`, so never beyond the last session to be fed. */
  readonly knownThrough: number;
  /** What comes after that can never be known. */
  readonly isLost: boolean;
  /** Close of the session in which the window begins, epoch ms. */
  readonly sessionClose: number;
}

/** An ambiguous outcome that smaller candles may settle. */
export interface Tie {
  readonly outcome: ResolvedOutcome;
  readonly trade: Trade;
  /** Open time of the candle that touched both levels. */
  readonly ts: number;
}

/** What has become complete. */
export interface Labels {
  readonly outcomes: Outcome[];
  readonly ties: Tie[];
}

/** One pass over the candles of a series that labels all its targets, for all horizons and versions. */
export interface LabelSweep {
  /** Adds targets, oldest first and none older than those before, with `knownThrough` never decreasing. */
  add(due: readonly DueTarget[]): void;
  /**
   * Takes the next candles and answers what has become complete.
   * @param through every stored candle that opens before this and at or after `readFrom()` has now been fed.
   */
  feed(candles: LabelCandles, through: number): Labels;
  /** Where to go on reading, epoch ms; null when no target that was added waits for candles. */
  readFrom(): number | null;
}

interface ReadyTarget {
  readonly due: DueTarget;
  /** Index of the first candle of its window. */
  readonly start: number;
}

/**
 * Starts a sweep. It holds no more candles than one feed and the longest horizon, and its time grows with
 * candles plus outcomes: a target is answered from running maxima (see `Records`), not by walking its window.
 * A horizon that is not complete by the target's `knownThrough` gets no outcome, unless it never can be.
 *
 * @param longest candles of the longest horizon, that of a whole session included where it is asked for.
 */
export function startLabelSweep(longest: number): LabelSweep {
  let held = NO_CANDLES;
  let fedThrough = Number.NEGATIVE_INFINITY;
  let waiting: DueTarget[] = [];

  /** Targets for which all the candles they need, or may trust, are held. */
  function takeReady(): ReadyTarget[] {
    const ready: ReadyTarget[] = [];
    let start = 0;
    for (const due of waiting) {
      start = firstOpeningFrom(held, due.target.firedAt, start);
      if (held.count - start < longest && fedThrough < due.knownThrough) break;
      ready.push({ due, start });
    }
    waiting = waiting.slice(ready.length);
    return ready;
  }

  return {
    add(due) {
      waiting = waiting.concat(due);
    },
    feed(candles, through) {
      held = joinCandles(held, 0, candles);
      fedThrough = through;
      const labels = answer(takeReady(), held, longest);
      const [next] = waiting;
      const from = next === undefined ? held.count : firstOpeningFrom(held, next.target.firedAt, 0);
      held = joinCandles(held, from, NO_CANDLES);
      return labels;
    },
    readFrom() {
      const [next] = waiting;
      return next === undefined ? null : Math.max(fedThrough, next.target.firedAt);
    },
  };
}

function firstOpeningFrom(candles: LabelCandles, moment: number, from: number): number {
  let index = from;
  while (index < candles.count && at(candles.ts, index) < moment) index++;
  return index;
}

/** Walks the held candles once from right to left, answering each target where its window begins. */
function answer(ready: readonly ReadyTarget[], candles: LabelCandles, longest: number): Labels {
  const labels: Labels = { outcomes: [], ties: [] };
  const rises = new Records(candles.high);
  const falls = new Records(candles.fall);
  let left = Math.min(candles.count, (ready.at(-1)?.start ?? 0) + longest);
  for (let index = ready.length - 1; index >= 0; index--) {
    const { due, start } = ready[index] as ReadyTarget;
    while (left > start) {
      left--;
      rises.push(left);
      falls.push(left);
    }
    for (const request of due.missing) answerRequest({ due, start, candles, rises, falls }, request, labels);
  }
  return labels;
}

interface Standpoint extends ReadyTarget {
  readonly candles: LabelCandles;
  /** Running maxima of highs and of negated lows, seen from `start`. */
  readonly rises: Records;
  readonly falls: Records;
}

function answerRequest(stand: Standpoint, { version, horizons }: LabelRequest, labels: Labels): void {
  const { due, start, candles } = stand;
  const nextOpen = start < candles.count ? at(candles.open, start) : null;
  const trade = nextOpen === null ? 'data_missing' : openTrade(due.target, nextOpen, version);
  const touches = typeof trade === 'string' ? null : firstTouches(trade.barriers, stand);
  for (const horizon of horizons) {
    const key = { target: due.target, horizon, labelVersion: version.version };
    const window = windowOf(horizon, stand);
    if (window === null) {
      if (due.isLost && version.entry !== 'signal_close') labels.outcomes.push(neverKnown(key));
    } else if (typeof trade === 'string' || touches === null || window.last < start) {
      const isInvalid = trade === 'invalid_entry' && window.last >= start && nextOpen !== null;
      labels.outcomes.push({
        ...key,
        state: isInvalid ? 'invalid_entry' : 'data_missing',
        entry: isInvalid ? nextOpen / 1e6 : null,
        horizonEndTs: window.end,
      });
    } else {
      judge({ key, version, trade, touches, window }, stand, labels);
    }
  }
}

/** A horizon that crosses a hole nobody can fill. */
function neverKnown(key: OutcomeKey): Outcome {
  return { ...key, state: 'data_missing', entry: null, horizonEndTs: null };
}

/** The last candle of a horizon and when it ends; null when that is not known. `last` may lie before `start`. */
function windowOf(
  { bars }: Horizon,
  { due, start, candles }: Standpoint,
): { readonly last: number; readonly end: number } | null {
  if (bars === TO_SESSION_CLOSE) {
    if (due.sessionClose > due.knownThrough) return null;
    return { last: lastOpeningBefore(candles, due.sessionClose, start), end: due.sessionClose };
  }
  const last = start + bars - 1;
  if (last >= candles.count || at(candles.end, last) > due.knownThrough) return null;
  return { last, end: at(candles.end, last) };
}

/** Index of the last candle from `start` on that opens before a moment; `start - 1` when none does. */
function lastOpeningBefore(candles: LabelCandles, moment: number, start: number): number {
  let low = start - 1;
  let high = candles.count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (at(candles.ts, middle) < moment) low = middle;
    else high = middle - 1;
  }
  return low;
}

interface Judgement {
  readonly key: OutcomeKey;
  readonly version: LabelVersion;
  readonly trade: Trade;
  readonly touches: ReturnType<typeof firstTouches>;
  readonly window: { readonly last: number; readonly end: number };
}

function judge(
  { key, version, trade, touches, window: { last, end } }: Judgement,
  { candles, rises, falls }: Standpoint,
  labels: Labels,
): void {
  const touchAt = (index: number): Touch | null =>
    index > last
      ? null
      : { ts: at(candles.ts, index), end: at(candles.end, index), open: at(candles.open, index) };
  const tp1 = touchAt(touches.tp1);
  const outcome = judgeWindow(
    key,
    { version, trade },
    {
      highest: rises.highestThrough(last),
      lowest: -falls.highestThrough(last),
      lastClose: at(candles.close, last),
      end,
      tp1,
      hitTp2: touches.tp2 <= last,
      hitTp3: touches.tp3 <= last,
      stop: touchAt(touches.stop),
    },
  );
  const isTie = outcome.ambiguous && version.entry === 'next_open' && tp1 !== null;
  if (isTie) labels.ties.push({ outcome, trade, ts: tp1.ts });
  else labels.outcomes.push(outcome);
}

/** Indexes of the first candles that touch each level, Infinity where none held does. */
function firstTouches(barriers: Barriers, { rises, falls }: Standpoint) {
  const [gains, losses] = barriers.favour === 1 ? [rises, falls] : [falls, rises];
  return {
    tp1: gains.firstReaching(barriers.tp1),
    tp2: gains.firstReaching(barriers.tp2),
    tp3: gains.firstReaching(barriers.tp3),
    stop: losses.firstReaching(barriers.stop),
  };
}
