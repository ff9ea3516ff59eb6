import type { Timeframe } from '../timeframe.ts';
import type { Trade } from './barriers.ts';
import { endTrade, judgeByTimeAndOpen, type Touch } from './judge.ts';
import { toMicro } from './micro-dollars.ts';
import type { ResolvedOutcome } from './outcome.ts';

/** A closed candle. Prices in USD; open and close times epoch ms. */
export interface PathCandle {
  readonly ts: number;
  readonly end: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** The smaller candles that make up one candle: its whole span is covered by them. */
export interface FinerCandles {
  readonly timeframe: Timeframe;
  /** Oldest first. */
  readonly candles: readonly PathCandle[];
}

/**
 * Looks into the candle that touched both levels. The outcome stays as it is, pessimistic and ambiguous, when
 * its smaller candles do not show both touches or tie themselves.
 */
export function settleTie(outcome: ResolvedOutcome, trade: Trade, finer: FinerCandles): ResolvedOutcome {
  const { favour, tp1, stop } = trade.barriers;
  const touches = {
    tp1: firstTouch(finer.candles, favour, tp1),
    stop: firstTouch(finer.candles, -favour, stop),
  };
  if (touches.tp1 === null || touches.stop === null) return outcome;
  const verdict = judgeByTimeAndOpen(touches, trade.barriers);
  if (verdict.ambiguous) return outcome;
  const { firedAt } = outcome.target;
  // A tie has its two touches, so the last close of the window decides nothing.
  const result = endTrade(trade, { ...touches, lastClose: trade.entry }, verdict);
  return {
    ...outcome,
    tToTp1Ms: touches.tp1.end - firedAt,
    tToStopMs: touches.stop.end - firedAt,
    firstBarrier: verdict.first,
    ambiguous: false,
    trade: { ...result, settledBy: finer.timeframe },
  };
}

/**
 * The first candle whose extreme in a direction is at or beyond a level; null when none is.
 * @param level micro-dollars times the direction, which is 1 or -1.
 */
export function firstTouch(candles: readonly PathCandle[], direction: number, level: number): Touch | null {
  const extreme = ({ high, low }: PathCandle) => direction * toMicro(direction === 1 ? high : low);
  const found = candles.find((candle) => extreme(candle) >= level);
  return found === undefined ? null : { ts: found.ts, end: found.end, open: toMicro(found.open) };
}
