import { afterAll, describe, expect, it } from 'vitest';
import { createChartRenderer } from '../../src/chart/renderer.ts';
import { calendarWeeks, type Figure } from '../../src/domain/figure.ts';
import { recordingLog } from '../support/recording-log.ts';

const renderer = createChartRenderer({ log: recordingLog() });
afterAll(() => renderer.close());

const WORDS = { title: 'Realised', value: '+12.00 USD', note: '3 exits' };
const figures: Record<Figure['kind'], Figure> = {
  curve: {
    kind: 'curve',
    ...WORDS,
    points: [
      { label: 'Jun 1', value: -5 },
      { label: 'Jun 2', value: 12 },
    ],
  },
  bars: {
    kind: 'bars',
    ...WORDS,
    bars: [
      { label: 'ignored', value: -3, text: '−3.0 R', tone: 'loss' },
      { label: 'entered', value: 2, text: '+2.0 R', tone: 'gain' },
    ],
  },
  calendar: {
    kind: 'calendar',
    ...WORDS,
    weeks: calendarWeeks('2026-06-10', 5).map((days) =>
      days.map((day, column) => ({ day, value: column === 0 ? null : column - 2, text: String(column) })),
    ),
  },
};

describe('figures', () => {
  it.each(Object.entries(figures))('a %s is drawn as a picture of the size of a chart', async (_, figure) => {
    const png = Buffer.from(await renderer.draw(figure));

    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1000, 560]);
    expect(png.length, 'more than a blank sheet').toBeGreaterThan(8_000);
  });

  it('a gain and a loss differ', async () => {
    const { curve } = figures;
    if (curve.kind !== 'curve') throw new Error('no curve');

    const gain = await renderer.draw(curve);
    const loss = await renderer.draw({
      ...curve,
      points: curve.points.map((point) => ({ ...point, value: -point.value })),
    });

    expect(Buffer.compare(gain, loss)).not.toBe(0);
  });

  it.each([
    { ...figures.curve, points: [] },
    { ...figures.bars, bars: [] },
  ] as Figure[])('an empty $kind is refused by its name', async (figure) => {
    await expect(renderer.draw(figure)).rejects.toThrow(
      'There is nothing to draw in the picture "Realised".',
    );
  });
});
