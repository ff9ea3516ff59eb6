import type { ChartSpec } from '../app/ports.ts';
import { candleEnd } from '../domain/calendar.ts';
import type { Candle } from '../domain/candle.ts';
import { hasSessionVwap, ROLLING_VWAP, type Series, smaSeries, vwapSeries } from './indicators.ts';
import { closeLabel, formatPrice, type TimeAxis, timeAxis } from './labels.ts';
import { levelTags, type PriceRange, type PriceTag, priceRange, tagText, tradeTags } from './levels.ts';
import { COLOURS, FONT, LAYOUT, SIZE } from './theme.ts';

/** An indicator over the shown candles. */
export interface ViewLine {
  readonly name: string;
  readonly colour: string;
  readonly values: Series;
}

/** Something that happened on one candle: the signal (`price` null: beside the candle) or a fill. */
export interface ViewMarker {
  readonly index: number;
  readonly price: number | null;
  readonly points: 'up' | 'down';
  readonly kind: 'signal' | 'fill';
}

/** All that a chart shows, as numbers and words; drawing adds nothing to it. */
export interface ChartView {
  /** What, and its last price: `SPY 5m`, `412.34`. */
  readonly title: string;
  readonly lastPrice: string;
  readonly isUp: boolean;
  /** `Long 10:35`-like note of the signal, empty without one. */
  readonly note: string;
  /** When the last candle closed. */
  readonly closedAt: string;
  readonly candles: readonly Candle[];
  /** Places on the time axis: the candles, then some air. */
  readonly slots: number;
  readonly lines: readonly ViewLine[];
  readonly axis: TimeAxis;
  readonly range: PriceRange;
  readonly tags: readonly PriceTag[];
  readonly markers: readonly ViewMarker[];
  /** False for an index, whose candles have none. */
  readonly hasVolume: boolean;
  /** Room for prices and names at the right edge, pixels. */
  readonly edgeWidth: number;
}

/** Fewer candles than this stand at the left, not stretched over the whole width. */
const MIN_SLOTS = 30;
const AIR_SLOTS = 2;
/** Widest time label, `Jun 15`, with its space. */
const TIME_LABEL_WIDTH = FONT.label * 4.6;
/** Mean width of Inter's letters and digits in names and prices, in letter heights. */
const LETTER_WIDTH = 0.58;

/** Words and numbers of a chart. @throws Error when there is no candle (the renderer refuses that). */
export function chartView(spec: ChartSpec): ChartView {
  const candles = spec.candles.slice(-spec.shown);
  const last = candles.at(-1);
  if (last === undefined) throw new Error('a chart needs a candle');

  const tags = tagsOf(spec, last);
  const lines = linesOf(spec, candles.length);
  const range = rangeOf(candles, tags, lines);
  const edgeWidth = edgeWidthOf(range, tags);
  const slots = Math.max(candles.length + AIR_SLOTS, MIN_SLOTS);
  const slotWidth = (SIZE.width - LAYOUT.left - edgeWidth) / slots;
  const signal = signalMarker(spec, candles);
  return {
    title: `${spec.ticker} ${spec.timeframe}`,
    lastPrice: formatPrice(last.close),
    isUp: last.close >= last.open,
    note: signalNote(spec),
    closedAt: closeLabel(candleEnd(last.ts, spec.timeframe), spec.timeframe),
    candles,
    slots,
    lines,
    axis: timeAxis(candles, spec.timeframe, Math.ceil(TIME_LABEL_WIDTH / slotWidth)),
    range,
    tags,
    markers: [...(signal === null ? [] : [signal]), ...fillMarkers(spec, candles)],
    hasVolume: candles.some((candle) => candle.volume > 0),
    edgeWidth,
  };
}

/** The levels of a signal; a plain chart names its last price instead, and a trade's entry and stop. */
function tagsOf({ levels, trade }: ChartSpec, last: Candle): PriceTag[] {
  if (levels !== null) return levelTags(levels);
  const colour = last.close >= last.open ? COLOURS.up : COLOURS.down;
  const price = { name: '', price: last.close, colour, dash: [2, 6] };
  return trade === undefined ? [price] : [...tradeTags(trade), price];
}

function edgeWidthOf(range: PriceRange, tags: readonly PriceTag[]): number {
  const texts = [formatPrice(range.max), ...tags.map((tag) => tagText(tag, range))];
  const letters = Math.max(...texts.map((text) => text.length));
  return Math.ceil(letters * LETTER_WIDTH * FONT.label + 2 * LAYOUT.tagPadding);
}

function linesOf(spec: ChartSpec, shown: number): ViewLine[] {
  const { candles, timeframe } = spec;
  const line = (name: string, colour: string, values: Series) => ({
    name,
    colour,
    values: values.slice(-shown),
  });
  const vwapName = hasSessionVwap(timeframe) ? 'VWAP' : `VWAP ${ROLLING_VWAP}`;
  const lines = [
    line('SMA 50', COLOURS.sma50, smaSeries(candles, 50)),
    line('SMA 20', COLOURS.sma20, smaSeries(candles, 20)),
    line(vwapName, COLOURS.vwap, vwapSeries(candles, timeframe)),
  ];
  return lines.filter(({ values }) => values.some((value) => value !== null));
}

/** Entry, stop and first target come before the averages, and these before the far targets. */
function rangeOf(
  candles: readonly Candle[],
  tags: readonly PriceTag[],
  lines: readonly ViewLine[],
): PriceRange {
  const extremes = {
    min: Math.min(...candles.map((candle) => candle.low)),
    max: Math.max(...candles.map((candle) => candle.high)),
  };
  const prices = tags.map((tag) => tag.price);
  const averages = lines.flatMap(({ values }) => {
    const known = values.filter((value) => value !== null);
    return [Math.min(...known), Math.max(...known)];
  });
  return priceRange(extremes, [...prices.slice(0, 3), ...averages, ...prices.slice(3)]);
}

function signalNote({ side, firedAt, timeframe }: ChartSpec): string {
  if (side === null || firedAt === null) return '';
  return `${side === 'long' ? 'Long' : 'Short'} ${closeLabel(firedAt, timeframe).split(' ').at(-2) ?? ''}`;
}

function signalMarker(spec: ChartSpec, candles: readonly Candle[]): ViewMarker | null {
  const { firedAt, side, timeframe } = spec;
  if (firedAt === null || side === null) return null;
  const index = candles.findIndex((candle) => candleEnd(candle.ts, timeframe) === firedAt);
  return index < 0 ? null : { index, price: null, points: side === 'long' ? 'up' : 'down', kind: 'signal' };
}

function fillMarkers(spec: ChartSpec, candles: readonly Candle[]): ViewMarker[] {
  return (spec.fills ?? []).flatMap(({ at, price, action }) => {
    const index = candles.findIndex((candle) => candle.ts <= at && at < candleEnd(candle.ts, spec.timeframe));
    if (index < 0) return [];
    return [
      { index, price, points: action === 'buy' ? ('up' as const) : ('down' as const), kind: 'fill' as const },
    ];
  });
}
