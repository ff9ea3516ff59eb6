import type { ChartSpec } from '../app/ports.ts';
import type { Levels } from '../domain/card.ts';
import { tickOf } from '../domain/levels.ts';
import { formatPrice } from './labels.ts';
import { COLOURS } from './theme.ts';

/** A named price at the right edge. */
export interface PriceTag {
  readonly name: string;
  readonly price: number;
  readonly colour: string;
  /** Line pattern in pixels, drawn and blank; empty is a solid line. */
  readonly dash: readonly number[];
}

/** What a trade is measured against: its mean entry, and its stop if it has one. */
export function tradeTags({ entry, stop }: NonNullable<ChartSpec['trade']>): PriceTag[] {
  return [
    { name: 'Entry', price: entry, colour: COLOURS.entry, dash: [] },
    ...(stop === null ? [] : [{ name: 'Stop', price: stop, colour: COLOURS.stop, dash: [4, 5] }]),
  ];
}

/** Entry, stop and targets in the order in which they matter for the scale. */
export function levelTags(levels: Levels): PriceTag[] {
  const target = (name: string, price: number) => ({ name, price, colour: COLOURS.target, dash: [10, 6] });
  return [
    ...tradeTags(levels),
    target('TP1', levels.tp1),
    target('TP2', levels.tp2),
    target('TP3', levels.tp3),
  ];
}

/** What a tag says; a level beyond the scale points to where it lies. */
export function tagText(tag: PriceTag, range: PriceRange): string {
  const arrow = tag.price > range.max ? '↑' : tag.price < range.min ? '↓' : '';
  return `${tag.name} ${arrow}${formatPrice(tag.price)}`.trim();
}

/** Prices at the lower and the upper end of the scale, USD. */
export interface PriceRange {
  readonly min: number;
  readonly max: number;
}

/** Whether a price has a place on the scale. */
export function isWithin(range: PriceRange, price: number): boolean {
  return price >= range.min && price <= range.max;
}

/** Candles keep at least this share of the height; a level that would take more is only named. */
const CANDLE_SHARE = 0.45;
const MARGIN = 0.07;
/** Narrowest range shown, as a share of the price and in ticks: flat candles stay flat, no two labels agree. */
const NARROWEST = { share: 0.002, ticks: 10 } as const;

/**
 * A scale that holds all candles, and each further price, the most important first, as long as the
 * candles stay readable.
 */
export function priceRange(candles: PriceRange, wishes: readonly number[]): PriceRange {
  const narrowest = Math.max(candles.max * NARROWEST.share, NARROWEST.ticks * tickOf(candles.max));
  const slack = Math.max(0, narrowest - (candles.max - candles.min)) / 2;
  const base = { min: candles.min - slack, max: candles.max + slack };
  const widest = (base.max - base.min) / CANDLE_SHARE;
  let { min, max } = base;
  for (const price of wishes) {
    const wider = { min: Math.min(min, price), max: Math.max(max, price) };
    if (wider.max - wider.min <= widest) ({ min, max } = wider);
  }
  const margin = (max - min) * MARGIN;
  return { min: min - margin, max: max + margin };
}

/**
 * Moves labels of one height apart, each as little as possible (least squares, by pooling adjacent
 * violators: Ayer et al. 1955), and keeps their order.
 *
 * @param wanted middles in pixels, ascending.
 * @param space upper and lower end that no label crosses; it must hold them all.
 */
export function spreadLabels(
  wanted: readonly number[],
  height: number,
  space: { readonly top: number; readonly bottom: number },
): number[] {
  const pools: { sum: number; count: number }[] = [];
  const mean = (pool: { sum: number; count: number }) => pool.sum / pool.count;
  wanted.forEach((middle, index) => {
    let pool = { sum: middle - index * height, count: 1 };
    for (let above = pools.at(-1); above !== undefined && mean(above) > mean(pool); above = pools.at(-1)) {
      pools.pop();
      pool = { sum: above.sum + pool.sum, count: above.count + pool.count };
    }
    pools.push(pool);
  });
  const highest = space.top + height / 2;
  const lowest = space.bottom - height / 2 - (wanted.length - 1) * height;
  return pools
    .flatMap((pool) => Array.from({ length: pool.count }, () => mean(pool)))
    .map((shifted, index) => Math.max(highest, Math.min(lowest, shifted)) + index * height);
}
