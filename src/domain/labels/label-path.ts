import { openTrade } from './barriers.ts';
import { judgeWindow } from './judge.ts';
import { toMicro } from './micro-dollars.ts';
import { type Horizon, type LabelTarget, type Outcome, TO_SESSION_CLOSE } from './outcome.ts';
import { type FinerCandles, firstTouch, type PathCandle, settleTie } from './settle-tie.ts';
import type { LabelVersion } from './versions.ts';

/** What is being asked of a window. */
export interface LabelQuestion {
  readonly horizon: Horizon;
  readonly version: LabelVersion;
  /** Close of the session in which the window begins, epoch ms. */
  readonly sessionClose: number;
  /** The finest covered smaller candles of a candle that opens at `ts`; null when there are none. */
  readonly finer?: (ts: number) => FinerCandles | null;
}

/**
 * The definition of a label: what the market did to one target within its window, the N closed regular
 * candles that open at or after `firedAt` (or all of them up to the session's close), oldest first. The
 * triggering candle is not among them (docs/adr/0001). `labelSeries` answers the same for many targets in
 * one pass, and is tested against this.
 *
 * @throws Error when the window has not exactly the horizon's number of candles.
 */
export function labelPath(
  target: LabelTarget,
  window: readonly PathCandle[],
  question: LabelQuestion,
): Outcome {
  const { horizon, version, sessionClose } = question;
  const key = { target, horizon, labelVersion: version.version };
  const [first] = window;
  const last = window.at(-1);
  const toClose = horizon.bars === TO_SESSION_CLOSE;
  if (!toClose && window.length !== horizon.bars) {
    throw new Error(`a window of ${window.length} candles is not ${horizon.bars} candles`);
  }
  // Nothing traded between the signal and the close.
  if (first === undefined || last === undefined) {
    return { ...key, state: 'data_missing', entry: null, horizonEndTs: sessionClose };
  }

  const end = toClose ? sessionClose : last.end;
  const trade = openTrade(target, toMicro(first.open), version);
  if (trade === 'data_missing') return { ...key, state: trade, entry: null, horizonEndTs: end };
  if (trade === 'invalid_entry') return { ...key, state: trade, entry: first.open, horizonEndTs: end };

  const { favour, tp1, tp2, tp3, stop } = trade.barriers;
  const touch = firstTouch(window, favour, tp1);
  const outcome = judgeWindow(
    key,
    { version, trade },
    {
      highest: Math.max(...window.map(({ high }) => toMicro(high))),
      lowest: Math.min(...window.map(({ low }) => toMicro(low))),
      lastClose: toMicro(last.close),
      end,
      tp1: touch,
      hitTp2: firstTouch(window, favour, tp2) !== null,
      hitTp3: firstTouch(window, favour, tp3) !== null,
      stop: firstTouch(window, -favour, stop),
    },
  );
  const isTie = outcome.ambiguous && version.entry === 'next_open' && touch !== null;
  const finer = isTie ? (question.finer?.(touch.ts) ?? null) : null;
  return finer === null ? outcome : settleTie(outcome, trade, finer);
}

/**
 * The same for a target among candles of its series, from which its window is cut; candles before it and
 * after the window make no difference. Null when they do not reach to the horizon's end.
 *
 * @param candles closed, oldest first.
 */
export function labelAmong(
  target: LabelTarget,
  candles: readonly PathCandle[],
  question: LabelQuestion,
): Outcome | null {
  const { bars } = question.horizon;
  const after = candles.filter(({ ts }) => ts >= target.firedAt);
  if (bars === TO_SESSION_CLOSE) {
    return labelPath(
      target,
      after.filter(({ ts }) => ts < question.sessionClose),
      question,
    );
  }
  return after.length < bars ? null : labelPath(target, after.slice(0, bars), question);
}
