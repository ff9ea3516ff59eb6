import type { Chart, ChartConfiguration, Plugin, ScriptableContext, ScriptableScaleContext } from 'chart.js';
import type { Bars, Curve, DayCalendar, Figure } from '../domain/figure.ts';
import { drawCalendar } from './calendar-figure.ts';
import { figureFrame, toneOf, writeText } from './figure-frame.ts';
import { COLOURS, FONT, FONT_FAMILY, LAYOUT, SIZE } from './theme.ts';

/** The Chart.js configuration of a figure. */
export type FigureChart = ChartConfiguration<'bar' | 'line', number[], string>;

const TICK = { font: { family: FONT_FAMILY, size: FONT.label }, color: COLOURS.dimText };
const BASE = {
  responsive: false,
  animation: false,
  events: [],
  devicePixelRatio: 1,
  layout: { padding: { top: LAYOUT.top, left: LAYOUT.left, right: LAYOUT.left, bottom: 8 } },
  plugins: { legend: { display: false }, tooltip: { enabled: false } },
} satisfies FigureChart['options'];

/** The picture of a figure, for Chart.js. Pure. */
export function figureConfig(figure: Figure): FigureChart {
  if (figure.kind === 'curve') return curveConfig(figure);
  return figure.kind === 'bars' ? barsConfig(figure) : calendarConfig(figure);
}

/** A line over its zero. */
function curveConfig(figure: Curve): FigureChart {
  const values = figure.points.map(({ value }) => value);
  return {
    type: 'line',
    data: {
      labels: figure.points.map(({ label }) => label),
      datasets: [
        {
          data: values,
          borderWidth: 4,
          pointRadius: values.length < 30 ? 5 : 0,
          borderColor: ({ chart }: ScriptableContext<'bar' | 'line'>) => splitAtZero(chart),
          pointBackgroundColor: values.map(toneOf),
          pointBorderWidth: 0,
        },
      ],
    },
    options: {
      ...BASE,
      scales: {
        x: { ticks: { ...TICK, autoSkip: true, maxTicksLimit: 6, maxRotation: 0 }, grid: { display: false } },
        y: {
          position: 'right',
          border: { display: false },
          ticks: { ...TICK, maxTicksLimit: 6, callback: (value) => Number(value).toLocaleString('en-US') },
          grid: {
            lineWidth: 2,
            color: ({ tick }: ScriptableScaleContext) => (tick.value === 0 ? COLOURS.dimText : COLOURS.grid),
          },
        },
      },
    },
    plugins: [figureFrame(figure, toneOf(values.at(-1) ?? 0))],
  };
}

type Gradient = ReturnType<Chart['ctx']['createLinearGradient']>;

/** Gains' colour above zero, losses' below. */
function splitAtZero({ ctx, chartArea, scales }: Chart): Gradient | string {
  const zero = scales.y?.getPixelForValue(0);
  if (chartArea === undefined || zero === undefined) return COLOURS.up;
  const { top, bottom } = chartArea;
  const share = Math.min(1, Math.max(0, (zero - top) / (bottom - top)));
  const gradient = ctx.createLinearGradient(0, top, 0, bottom);
  gradient.addColorStop(share, COLOURS.up);
  gradient.addColorStop(share, COLOURS.down);
  return gradient;
}

function barsConfig(figure: Bars): FigureChart {
  const tones = { gain: COLOURS.up, loss: COLOURS.down, neutral: COLOURS.vwap } as const;
  return {
    type: 'bar',
    data: {
      labels: figure.bars.map(({ label }) => label),
      datasets: [
        {
          data: figure.bars.map(({ value }) => value),
          backgroundColor: figure.bars.map(({ tone }) => tones[tone]),
          maxBarThickness: 90,
          minBarLength: 2,
        },
      ],
    },
    options: {
      ...BASE,
      scales: {
        x: { ticks: { ...TICK, autoSkip: false, maxRotation: 0 }, grid: { display: false } },
        // Room for the words beyond the longest bars.
        y: {
          grace: '15%',
          border: { display: false },
          ticks: { display: false },
          grid: {
            color: ({ tick }: ScriptableScaleContext) => (tick.value === 0 ? COLOURS.dimText : 'transparent'),
          },
        },
      },
    },
    plugins: [figureFrame(figure, COLOURS.text), barTexts(figure)],
  };
}

/** What each bar says, at its end. */
function barTexts({ bars }: Bars): Plugin<'bar' | 'line'> {
  return {
    id: 'bar-texts',
    afterDatasetsDraw: (chart) => {
      const { ctx } = chart;
      ctx.save();
      chart.getDatasetMeta(0).data.forEach((bar, index) => {
        const { text = '', value = 0 } = bars[index] ?? {};
        const { x, y } = bar.getProps(['x', 'y'], true);
        const beyond = value < 0 ? FONT.label * 0.8 : -FONT.label * 0.8;
        writeText(ctx, { text, x, y: y + beyond, colour: COLOURS.text, align: 'center' });
      });
      ctx.restore();
    },
  };
}

function calendarConfig(figure: DayCalendar): FigureChart {
  return {
    type: 'bar',
    data: { labels: [], datasets: [] },
    options: { ...BASE, scales: {} },
    plugins: [
      figureFrame(figure, COLOURS.text),
      {
        id: 'calendar',
        beforeDatasetsDraw: ({ ctx }) =>
          drawCalendar(ctx, figure, {
            left: LAYOUT.left,
            top: LAYOUT.top,
            width: SIZE.width - 2 * LAYOUT.left,
            height: SIZE.height - LAYOUT.top - 8,
          }),
      },
    ],
  };
}
