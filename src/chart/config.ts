import type {
  Chart,
  ChartConfiguration,
  ChartDataset,
  ScriptableLineSegmentContext,
  ScriptableScaleContext,
} from 'chart.js';
import type { ChartSpec } from '../app/ports.ts';
import { formatPrice, formatVolume } from './labels.ts';
import { overlay, tagPositions } from './overlay.ts';
import { COLOURS, FONT, FONT_FAMILY, LAYOUT } from './theme.ts';
import { type ChartView, chartView, type ViewLine } from './view.ts';

type Point = number | null | [number, number];
/** The Chart.js configuration of a candle chart: floating bars over a category axis, so no gap is drawn for a night. */
export type CandleChart = ChartConfiguration<'bar' | 'line', Point[], string>;
type Dataset = ChartDataset<'bar' | 'line', Point[]>;

/** The picture of a spec, for Chart.js. Pure. */
export function chartConfig(spec: ChartSpec): CandleChart {
  const view = chartView(spec);
  return {
    type: 'bar',
    data: {
      labels: Array.from({ length: view.slots }, (_, slot) => view.axis.labels[slot] ?? ''),
      datasets: [
        ...view.lines.map((line) => lineDataset(line, view)),
        ...candleDatasets(view),
        ...(view.hasVolume ? [volumeDataset(view)] : []),
      ],
    },
    options: {
      responsive: false,
      animation: false,
      events: [],
      devicePixelRatio: 1,
      layout: { padding: { top: LAYOUT.top, left: LAYOUT.left, right: 0, bottom: 0 } },
      plugins: { legend: { display: false }, tooltip: { enabled: false } },
      scales: {
        x: timeScale(view),
        price: priceScale(view),
        ...(view.hasVolume ? { volume: volumeScale(view) } : {}),
      },
    },
    plugins: [overlay(view)],
  };
}

/** A wick from low to high, and over it a body from open to close that shows even where they are equal. */
function candleDatasets({ candles }: ChartView): Dataset[] {
  const colours = candles.map(({ open, close }) => (close >= open ? COLOURS.up : COLOURS.down));
  const shared = { type: 'bar', yAxisID: 'price', grouped: false, backgroundColor: colours } as const;
  return [
    {
      ...shared,
      label: 'body',
      data: candles.map(({ open, close }) => [open, close]),
      categoryPercentage: 1,
      barPercentage: 0.74,
      maxBarThickness: 18,
      minBarLength: 2,
      order: 2,
    },
    {
      ...shared,
      label: 'wick',
      data: candles.map(({ low, high }) => [low, high]),
      barThickness: 2,
      order: 3,
    },
  ];
}

/** Broken at each session for the VWAP, which begins anew there. */
function lineDataset({ name, colour, values }: ViewLine, { axis }: ChartView): Dataset {
  const breaks = name === 'VWAP' ? axis.sessionStarts : new Set<number>();
  return {
    type: 'line',
    label: name,
    yAxisID: 'price',
    data: [...values],
    borderColor: colour,
    borderWidth: 2.5,
    pointRadius: 0,
    order: 1,
    segment: {
      borderColor: ({ p1DataIndex }: ScriptableLineSegmentContext) =>
        breaks.has(p1DataIndex) ? 'transparent' : undefined,
    },
  };
}

function volumeDataset({ candles }: ChartView): Dataset {
  return {
    type: 'bar',
    label: 'volume',
    yAxisID: 'volume',
    grouped: false,
    data: candles.map(({ volume }) => volume),
    backgroundColor: candles.map(({ open, close }) => `${close >= open ? COLOURS.up : COLOURS.down}99`),
    categoryPercentage: 1,
    barPercentage: 0.74,
    maxBarThickness: 18,
    order: 4,
  };
}

const LABEL = { font: { family: FONT_FAMILY, size: FONT.label }, color: COLOURS.dimText };

type Scales = NonNullable<NonNullable<CandleChart['options']>['scales']>;
type Scale = NonNullable<Scales[string]>;

function timeScale({ axis }: ChartView): Scale {
  return {
    type: 'category',
    offset: true,
    border: { display: false },
    grid: {
      drawTicks: false,
      lineWidth: 2,
      color: ({ index }: ScriptableScaleContext) =>
        axis.separators.has(index) ? COLOURS.separator : 'transparent',
    },
    ticks: { ...LABEL, autoSkip: false, maxRotation: 0, align: 'inner', padding: 8 },
    afterFit: (scale) => {
      scale.height = LAYOUT.axisHeight;
    },
  };
}

function priceScale(view: ChartView): Scale {
  return {
    type: 'linear',
    position: 'right',
    stack: 'panes',
    stackWeight: 4,
    ...view.range,
    border: { display: false },
    grid: { color: COLOURS.grid, drawTicks: false },
    ticks: {
      ...LABEL,
      includeBounds: false,
      maxTicksLimit: 7,
      padding: LAYOUT.tagPadding,
      callback: (value) => formatPrice(Number(value)),
      color: ({ tick, chart }: ScriptableScaleContext) =>
        isPriceLabelFree(view, chart, tick.value) ? COLOURS.dimText : 'transparent',
    },
    afterFit: (scale) => {
      scale.width = view.edgeWidth;
    },
  };
}

/** Whether the label of a price meets no tag and does not reach into the volume below. */
function isPriceLabelFree(view: ChartView, chart: Chart, price: number): boolean {
  const scale = chart.scales.price;
  if (scale === undefined) return true;
  const middle = scale.getPixelForValue(price);
  if (middle + FONT.label / 2 > scale.bottom) return false;
  return tagPositions(view, chart).every((y) => Math.abs(y - middle) >= LAYOUT.tagHeight - 2);
}

function volumeScale(view: ChartView): Scale {
  const max = Math.max(...view.candles.map(({ volume }) => volume));
  return {
    type: 'linear',
    position: 'right',
    stack: 'panes',
    stackWeight: 1,
    min: 0,
    max: max * 1.25,
    border: { display: false },
    grid: { drawOnChartArea: false, drawTicks: false },
    afterBuildTicks: (scale) => {
      scale.ticks = [{ value: max }];
    },
    ticks: {
      ...LABEL,
      padding: LAYOUT.tagPadding,
      callback: (value) => formatVolume(Number(value)),
    },
    afterFit: (scale) => {
      scale.width = view.edgeWidth;
    },
  };
}
