import { describe, expect, test } from 'vitest';
import { closeLabel, formatPrice, formatVolume, timeAxis } from '../../src/chart/labels.ts';
import type { Timeframe } from '../../src/domain/timeframe.ts';
import { climbingCandles } from './charts.ts';

/** Index and text of what is written. */
function written(timeframe: Timeframe, from: string, to: string, slotsPerLabel = 12) {
  const axis = timeAxis(climbingCandles(timeframe, from, to), timeframe, slotsPerLabel);
  const texts = axis.labels.flatMap((text, index) => (text === '' ? [] : [[index, text] as const]));
  return { texts, separators: [...axis.separators], sessionStarts: [...axis.sessionStarts] };
}

describe('prices and volumes', () => {
  test.each([
    [4012.345, '4,012.35'],
    [101.5, '101.50'],
    [1, '1.00'],
    [0.55261, '0.5526'],
  ])('writes %s as %s', (price, text) => expect(formatPrice(price)).toBe(text));

  test('shortens volumes', () => {
    expect([0, 950, 1_234, 2_500_000].map(formatVolume)).toEqual(['0', '950', '1.2K', '2.5M']);
  });
});

describe('the time of a close', () => {
  test('is New York time, summer and winter', () => {
    expect(closeLabel(Date.parse('2024-07-03T17:00:00Z'), '5m')).toBe('Jul 3, 2024 13:00 ET');
    expect(closeLabel(Date.parse('2024-01-03T21:00:00Z'), '5m')).toBe('Jan 3, 2024 16:00 ET');
  });

  test('is the date alone for a daily candle', () => {
    expect(closeLabel(Date.parse('2024-07-03T17:00:00Z'), '1d')).toBe('Jul 3, 2024');
  });
});

describe('the time axis', () => {
  test('separates sessions with their date and writes round clock times between', () => {
    const { texts, separators } = written('15m', '2024-03-05T12:00:00Z', '2024-03-06T22:00:00Z', 8);

    expect(separators).toEqual([26]);
    expect(texts).toEqual([
      [0, 'Mar 5'],
      [18, '14:00'],
      [26, 'Mar 6'],
      [36, '12:00'],
      [44, '14:00'],
    ]);
  });

  test('separates a half day from the session after the holiday', () => {
    const { texts, separators } = written('1h', '2024-07-03T12:00:00Z', '2024-07-05T22:00:00Z', 3);

    expect(separators).toEqual([4]);
    expect(texts.map(([, text]) => text)).toContain('Jul 5');
    expect(texts.map(([, text]) => text)).not.toContain('Jul 4');
  });

  test('separates weeks where sessions are too many, and still knows each session', () => {
    const { separators, sessionStarts } = written('4h', '2024-03-04T12:00:00Z', '2024-04-12T22:00:00Z');

    expect(separators).toEqual([10, 20, 30, 38, 48]); // Good Friday shortens the fourth week
    expect(sessionStarts).toHaveLength(28);
  });

  test('separates months on a daily chart and names the year in January', () => {
    const { texts, separators } = written('1d', '2023-11-20T12:00:00Z', '2024-02-20T22:00:00Z');

    expect(separators).toHaveLength(3);
    expect(texts.map(([, text]) => text)).toEqual(expect.arrayContaining(['Dec', '2024', 'Feb']));
  });

  test('names the true time of a candle where minutes are missing', () => {
    const candles = climbingCandles('1m', '2024-03-05T12:00:00Z', '2024-03-05T22:00:00Z').filter(
      (_, index) => index % 7 === 3,
    );

    const { labels } = timeAxis(candles, '1m', 4);

    expect(labels.filter((text) => text !== '')).toContain('11:04');
    expect(labels.filter((text) => text !== '')).not.toContain('11:00');
  });

  test('keeps labels apart', () => {
    for (const timeframe of ['1m', '5m', '15m', '1h', '4h', '5h', '1d'] as const) {
      const { texts } = written(timeframe, '2024-03-04T12:00:00Z', '2024-03-22T22:00:00Z', 13);
      const gaps = texts.slice(1).map(([index], place) => index - (texts[place]?.[0] ?? 0));
      expect(Math.min(...gaps), timeframe).toBeGreaterThanOrEqual(13);
    }
  });
});
