import type { SKRSContext2D as Context } from 'canvas';
import type { DayCalendar } from '../domain/figure.ts';
import { toneOf, writeText } from './figure-frame.ts';
import { COLOURS, FONT } from './theme.ts';

interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const GAP = 6;

/** A row per week and a box per trading day: the stronger its colour, the more was won or lost. */
export function drawCalendar(ctx: Context, { weeks }: DayCalendar, area: Area): void {
  const largest = Math.max(1, ...weeks.flat().map(({ value }) => Math.abs(value ?? 0)));
  const width = area.width / 5;
  const height = Math.min(area.height / weeks.length, 96);
  ctx.save();
  weeks.forEach((days, row) => {
    days.forEach(({ day, value, text }, column) => {
      const [x, y] = [area.left + column * width, area.top + row * height];
      ctx.globalAlpha = 1;
      ctx.fillStyle = COLOURS.grid;
      ctx.fillRect(x, y, width - GAP, height - GAP);
      if (value !== null) {
        ctx.globalAlpha = 0.25 + (0.55 * Math.abs(value)) / largest;
        ctx.fillStyle = toneOf(value);
        ctx.fillRect(x, y, width - GAP, height - GAP);
      }
      ctx.globalAlpha = 1;
      const middle = y + (height - GAP) / 2;
      const colour = value === null ? COLOURS.dimText : COLOURS.text;
      writeText(ctx, { text: dayLabel(day), x: x + 10, y: y + FONT.label * 0.75, colour });
      writeText(ctx, { text, x: x + width - GAP - 10, y: middle + FONT.label * 0.6, colour, align: 'right' });
    });
  });
  ctx.restore();
}

function dayLabel(day: string): string {
  return `${MONTHS[Number(day.slice(5, 7)) - 1] ?? ''} ${Number(day.slice(8))}`;
}
