import type { Levels } from './card.ts';
import type { Side } from './signal.ts';

/** Distances from the entry: in ATR14, and in the owner's per mille of the entry price. */
const ATR_MULTIPLES = { stop: 1, tp1: 1.5, tp2: 3, tp3: 5 } as const;
const PER_MILLE = { stop: 10, tp1: 15, tp2: 30, tp3: 50 } as const;

/** What the distances are taken from. */
export interface LevelBasis {
  readonly side: Side;
  /** USD, null while warming up. */
  readonly atr14: number | null;
  readonly rule: 'atr' | 'percent';
}

/**
 * Stop and targets to show for a signal, in the trade's favour and rounded to the price's tick.
 * Without an ATR, or with one under a tick or so large that a level would not be a price, the
 * owner's per cent are used, and `rule` says so.
 */
export function levelsFor(entry: number, basis: LevelBasis): Levels {
  const { side, atr14, rule } = basis;
  const byAtr =
    rule === 'atr' && atr14 !== null && atr14 >= tickOf(entry) && atr14 * ATR_MULTIPLES.tp3 < entry;
  const distance = (level: keyof typeof ATR_MULTIPLES) =>
    byAtr ? ATR_MULTIPLES[level] * atr14 : (PER_MILLE[level] * entry) / 1000;
  const direction = side === 'long' ? 1 : -1;
  const stop = roundToTick(entry - direction * distance('stop'));
  return {
    entry,
    stop,
    tp1: roundToTick(entry + direction * distance('tp1')),
    tp2: roundToTick(entry + direction * distance('tp2')),
    tp3: roundToTick(entry + direction * distance('tp3')),
    rule: byAtr ? 'atr' : 'percent',
    risk: roundToTick(Math.abs(entry - stop)),
  };
}

/** To the price's tick. */
export function roundToTick(price: number): number {
  const perDollar = Math.round(1 / tickOf(price));
  return Math.round(price * perDollar) / perDollar;
}

/** Minimum increment in USD: a cent, 1/10000 under one dollar (SEC Rule 612). */
export function tickOf(price: number): number {
  return Math.abs(price) < 1 ? 0.0001 : 0.01;
}
