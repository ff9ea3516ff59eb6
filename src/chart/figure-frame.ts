import type { SKRSContext2D as Context } from 'canvas';
import type { Plugin } from 'chart.js';
import type { Figure } from '../domain/figure.ts';
import { COLOURS, FONT, FONT_FAMILY, LAYOUT, SIZE } from './theme.ts';

const TITLE_MIDDLE = 30;
const NOTE_MIDDLE = 68;

/** Background, title, and the one number that a figure is about. */
export function figureFrame({ title, value, note }: Figure, colour: string): Plugin<'bar' | 'line'> {
  return {
    id: 'frame',
    beforeDraw: ({ ctx }) => {
      ctx.fillStyle = COLOURS.background;
      ctx.fillRect(0, 0, SIZE.width, SIZE.height);
    },
    afterDraw: ({ ctx }) => {
      ctx.save();
      writeText(ctx, { text: title, x: LAYOUT.left, y: TITLE_MIDDLE, size: 'title', colour: COLOURS.text });
      writeText(ctx, {
        text: value,
        x: SIZE.width - LAYOUT.left,
        y: TITLE_MIDDLE,
        size: 'title',
        colour,
        align: 'right',
      });
      writeText(ctx, { text: note, x: LAYOUT.left, y: NOTE_MIDDLE, colour: COLOURS.dimText });
      ctx.restore();
    },
  };
}

interface Text {
  readonly text: string;
  readonly x: number;
  /** Middle. */
  readonly y: number;
  readonly colour: string;
  readonly size?: keyof typeof FONT;
  readonly align?: 'left' | 'center' | 'right';
}

/** One line of text in the charts' own letters. */
export function writeText(ctx: Context, { text, x, y, colour, size = 'label', align = 'left' }: Text): void {
  ctx.font = `${size === 'title' ? '600 ' : ''}${FONT[size]}px ${FONT_FAMILY}`;
  ctx.textAlign = align;
  ctx.textBaseline = 'middle';
  ctx.fillStyle = colour;
  ctx.fillText(text, x, y);
}

/** Green for what gained, orange for what lost; words and signs say it as well. */
export function toneOf(value: number): string {
  return value > 0 ? COLOURS.up : value < 0 ? COLOURS.down : COLOURS.dimText;
}
