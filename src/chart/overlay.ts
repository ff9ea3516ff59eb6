import type { SKRSContext2D as Context } from 'canvas';
import type { Chart, Plugin, Scale } from 'chart.js';
import { formatPrice } from './labels.ts';
import { isWithin, type PriceTag, spreadLabels, tagText } from './levels.ts';
import { COLOURS, FONT, FONT_FAMILY, LAYOUT, SIZE } from './theme.ts';
import type { ChartView, ViewMarker } from './view.ts';

/** What Chart.js has no word for: background, title, level lines with their names, markers. */
export function overlay(view: ChartView): Plugin<'bar' | 'line'> {
  return {
    id: 'overlay',
    beforeDraw: ({ ctx }) => {
      ctx.fillStyle = COLOURS.background;
      ctx.fillRect(0, 0, SIZE.width, SIZE.height);
    },
    beforeDatasetsDraw: (chart) => {
      for (const marker of view.markers) if (marker.kind === 'signal') drawBand(chart, marker);
      drawLevelLines(chart, view);
    },
    afterDatasetsDraw: (chart) => {
      for (const marker of view.markers) drawMarker(chart, view, marker);
    },
    afterDraw: (chart) => {
      drawTags(chart, view);
      drawTitle(chart.ctx, view);
      drawLegend(chart.ctx, view);
    },
  };
}

/** Middles of the tags in pixels, highest price first: apart from each other and inside the price pane. */
export function tagPositions({ tags }: Pick<ChartView, 'tags'>, chart: Chart): number[] {
  const scale = scaleOf(chart, 'price');
  const wanted = byPrice(tags).map(({ price }) => clampedPixel(scale, price));
  return spreadLabels(wanted, LAYOUT.tagHeight, scale);
}

function byPrice(tags: readonly PriceTag[]): PriceTag[] {
  return tags.toSorted((a, b) => b.price - a.price);
}

function scaleOf(chart: Chart, id: 'x' | 'price'): Scale {
  const scale = chart.scales[id];
  if (scale === undefined) throw new Error(`the chart has no scale "${id}"`);
  return scale;
}

function clampedPixel(scale: Scale, price: number): number {
  return Math.max(scale.top, Math.min(scale.bottom, scale.getPixelForValue(price)));
}

function drawLevelLines(chart: Chart, { tags, range }: ChartView): void {
  const { ctx, chartArea } = chart;
  const scale = scaleOf(chart, 'price');
  ctx.save();
  ctx.lineWidth = 2;
  ctx.globalAlpha = 0.85;
  for (const { price, colour, dash } of tags) {
    if (!isWithin(range, price)) continue;
    ctx.strokeStyle = colour;
    ctx.setLineDash([...dash]);
    const y = scale.getPixelForValue(price);
    strokeLine(ctx, [chartArea.left, y], [chartArea.right, y]);
  }
  ctx.restore();
}

function drawTags(chart: Chart, view: ChartView): void {
  const { ctx, chartArea } = chart;
  const scale = scaleOf(chart, 'price');
  const positions = tagPositions(view, chart);
  const left = chartArea.right + 2;
  ctx.save();
  setText(ctx, 'label', 'left');
  byPrice(view.tags).forEach((tag, index) => {
    const y = positions[index] ?? 0;
    ctx.strokeStyle = tag.colour;
    ctx.lineWidth = 2;
    if (isWithin(view.range, tag.price)) {
      strokeLine(ctx, [chartArea.right - 8, scale.getPixelForValue(tag.price)], [left, y]);
    }
    ctx.fillStyle = tag.colour;
    ctx.fillRect(left, y - LAYOUT.tagHeight / 2 + 1, SIZE.width - left, LAYOUT.tagHeight - 2);
    ctx.fillStyle = COLOURS.onTag;
    ctx.fillText(tagText(tag, view.range), left + LAYOUT.tagPadding - 2, y + 1);
  });
  ctx.restore();
}

function drawTitle(ctx: Context, view: ChartView): void {
  const middle = 30;
  ctx.save();
  setText(ctx, 'title', 'left');
  const next = writeFrom(ctx, LAYOUT.left, middle);
  next(view.title, COLOURS.text, 22);
  next(view.lastPrice, view.isUp ? COLOURS.up : COLOURS.down, 26);
  setText(ctx, 'label', 'left');
  next(view.note, COLOURS.text, 0);
  setText(ctx, 'label', 'right');
  ctx.fillStyle = COLOURS.dimText;
  ctx.fillText(view.closedAt, SIZE.width - LAYOUT.tagPadding, middle);
  ctx.restore();
}

/** Names and last values of the averages, each in the colour of its line. */
function drawLegend(ctx: Context, { lines }: ChartView): void {
  ctx.save();
  setText(ctx, 'label', 'left');
  const next = writeFrom(ctx, LAYOUT.left, 68);
  for (const { name, colour, values } of lines.toReversed()) {
    const value = values.at(-1);
    next(value == null ? name : `${name} ${formatPrice(value)}`, colour, 28);
  }
  ctx.restore();
}

/** Writes texts one after the other on one line. */
function writeFrom(ctx: Context, left: number, middle: number) {
  let x = left;
  return (text: string, colour: string, gap: number) => {
    ctx.fillStyle = colour;
    ctx.fillText(text, x, middle);
    x += ctx.measureText(text).width + gap;
  };
}

/** A faint column behind the candle that fired. */
function drawBand(chart: Chart, { index }: ViewMarker): void {
  const { ctx, chartArea } = chart;
  const scale = scaleOf(chart, 'x');
  const width = scale.width / (scale.max - scale.min + 1);
  ctx.save();
  ctx.fillStyle = `${COLOURS.text}22`;
  ctx.fillRect(
    scale.getPixelForValue(index) - width / 2,
    chartArea.top,
    width,
    chartArea.bottom - chartArea.top,
  );
  ctx.restore();
}

const MARKER = { signal: 13, fill: 10, gap: 8 } as const;

/** A triangle that points at the candle (signal: from beyond its wick; fill: its tip at the price). */
function drawMarker(chart: Chart, { candles }: ChartView, { index, price, points, kind }: ViewMarker): void {
  const candle = candles[index];
  if (candle === undefined) return;
  const scale = scaleOf(chart, 'price');
  const down = points === 'up' ? 1 : -1;
  const beside = points === 'up' ? candle.low : candle.high;
  const tip = clampedPixel(scale, price ?? beside) + (price === null ? down * MARKER.gap : 0);
  const x = scaleOf(chart, 'x').getPixelForValue(index);
  const half = MARKER[kind];
  const { ctx } = chart;
  ctx.save();
  ctx.beginPath();
  ctx.moveTo(x, tip);
  ctx.lineTo(x - half, tip + down * half * 1.6);
  ctx.lineTo(x + half, tip + down * half * 1.6);
  ctx.closePath();
  ctx.fillStyle = kind === 'signal' ? COLOURS.text : COLOURS.fill;
  ctx.fill();
  ctx.lineWidth = 2;
  ctx.strokeStyle = COLOURS.background;
  ctx.stroke();
  ctx.restore();
}

function setText(ctx: Context, size: keyof typeof FONT, align: 'left' | 'right'): void {
  ctx.font = `${size === 'title' ? '600 ' : ''}${FONT[size]}px ${FONT_FAMILY}`;
  ctx.textAlign = align;
  ctx.textBaseline = 'middle';
}

type XY = readonly [number, number];

function strokeLine(ctx: Context, from: XY, to: XY): void {
  ctx.beginPath();
  ctx.moveTo(...from);
  ctx.lineTo(...to);
  ctx.stroke();
}
