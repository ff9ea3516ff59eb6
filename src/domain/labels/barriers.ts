import { tickOf } from '../levels.ts';
import type { Side } from '../signal.ts';
import { toMicro } from './micro-dollars.ts';
import type { LabelTarget } from './outcome.ts';
import type { AtrParams, LabelVersion, PercentParams } from './versions.ts';

/**
 * Which way a price must move, as a sign. Prices are compared as `direction * price`, so that "as far as
 * a level" reads `>=` both ways and one rule serves both sides.
 */
type Direction = 1 | -1;

/** The levels of one target: the first whole micro-dollar that touches each, times its direction. */
export interface Barriers {
  /** The way the trade gains; the stop lies the other way. */
  readonly favour: Direction;
  /** Compared with `favour * price`. */
  readonly tp1: number;
  readonly tp2: number;
  readonly tp3: number;
  /** Compared with `-favour * price`. */
  readonly stop: number;
}

/** A target as a label version trades it. */
export interface Trade {
  /** Micro-dollars. */
  readonly entry: number;
  readonly barriers: Barriers;
}

/**
 * The trade of a target, or why there is none: `invalid_entry` when the open it would be entered at is at or
 * beyond the stop or TP1, `data_missing` when its levels cannot be told for want of an ATR.
 *
 * @param nextOpen open of the window's first candle, micro-dollars.
 */
export function openTrade(
  target: LabelTarget,
  nextOpen: number,
  version: LabelVersion,
): Trade | 'invalid_entry' | 'data_missing' {
  const price = toMicro(target.price);
  if (version.entry === 'signal_close') {
    return { entry: price, barriers: percentBarriers(price, target.side, version.params) };
  }
  const barriers = atrBarriers(target, version.params);
  if (barriers === null) return 'data_missing';
  const { favour, tp1, stop } = barriers;
  const isBeyond = favour * nextOpen >= tp1 || -favour * nextOpen >= stop;
  return isBeyond ? 'invalid_entry' : { entry: nextOpen, barriers };
}

/** @param price micro-dollars, > 0. */
function percentBarriers(price: number, side: Side, params: PercentParams): Barriers {
  const favour = directionOf(side);
  return {
    favour,
    tp1: levelAt(price, favour, params.tp1PerMille),
    tp2: levelAt(price, favour, params.tp2PerMille),
    tp3: levelAt(price, favour, params.tp3PerMille),
    stop: levelAt(price, favour === 1 ? -1 : 1, params.stopPerMille),
  };
}

/**
 * The smallest integer x with `x * 1000 >= direction * price * 1000 + price * perMille`: for a long's TP1,
 * `high * 1000 >= price * 1015`. In floats 100 * 1.015 is 101.49999999999999, and a touch is missed.
 */
function levelAt(price: number, direction: Direction, perMille: number): number {
  return Math.ceil((price * (direction * 1000 + perMille)) / 1000);
}

/** Null without an ATR, or with one that `levelsFor` would not use either: under a tick, or too large for the price. */
function atrBarriers({ price, atr14, side }: LabelTarget, params: AtrParams): Barriers | null {
  if (atr14 === null || atr14 < tickOf(price) || atr14 * params.tp3Atr >= price) return null;
  const favour = directionOf(side);
  const from = toMicro(price);
  const atr = toMicro(atr14);
  const distance = (multiple: number) => Math.ceil((atr * Math.round(multiple * 1000)) / 1000);
  return {
    favour,
    tp1: favour * from + distance(params.tp1Atr),
    tp2: favour * from + distance(params.tp2Atr),
    tp3: favour * from + distance(params.tp3Atr),
    stop: -favour * from + distance(params.stopAtr),
  };
}

function directionOf(side: Side): Direction {
  return side === 'long' ? 1 : -1;
}
