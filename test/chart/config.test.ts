import { describe, expect, test } from 'vitest';
import { chartConfig } from '../../src/chart/config.ts';
import { COLOURS } from '../../src/chart/theme.ts';
import { chartView } from '../../src/chart/view.ts';
import { aSignalSpec, aSpec, climbingCandles } from './charts.ts';

function dataset(spec: Parameters<typeof chartConfig>[0], label: string) {
  const found = chartConfig(spec).data.datasets.find((candidate) => candidate.label === label);
  if (found === undefined) throw new Error(`no dataset "${label}"`);
  return found;
}

describe('candles', () => {
  test('are bodies from open to close over wicks from low to high', () => {
    const spec = aSpec({ shown: 2 });

    const [before, last] = spec.candles.slice(-2);

    expect(dataset(spec, 'body').data).toEqual([
      [before?.open, before?.close],
      [last?.open, last?.close],
    ]);
    expect(dataset(spec, 'wick').data[1]).toEqual([last?.low, last?.high]);
    expect(dataset(spec, 'volume').data).toEqual([1_000, 1_000]);
  });

  test('take their colour from their direction, a flat one that of a rise', () => {
    const [a, b, c] = climbingCandles('5m', '2024-03-05T12:00:00Z', '2024-03-05T22:00:00Z');
    if (a === undefined || b === undefined || c === undefined) throw new Error('three candles');
    const candles = [a, { ...b, close: b.open }, { ...c, close: c.open - 0.01 }];

    const colours = dataset(aSpec({ candles }), 'body').backgroundColor;

    expect(colours).toEqual([COLOURS.up, COLOURS.up, COLOURS.down]);
  });

  test('show only what was asked for; those before it warm up the averages', () => {
    const spec = aSpec({ shown: 90 });

    expect(dataset(spec, 'body').data).toHaveLength(90);
    expect(dataset(spec, 'SMA 50').data.every((value) => value !== null)).toBe(true);
    expect(dataset(spec, 'SMA 20').data.at(-1)).toBeCloseTo((spec.candles.at(-1)?.close ?? 0) - 0.095, 9);
  });

  test('stand beside each other over a night, with air at the right edge', () => {
    const { labels } = chartConfig(aSpec()).data;

    expect(labels).toHaveLength(92);
    expect(labels?.slice(-2)).toEqual(['', '']);
    expect(labels).toContain('Mar 6');
  });

  test('are not stretched when they are few', () => {
    expect(chartConfig(aSpec({ shown: 3 })).data.labels).toHaveLength(30);
  });
});

describe('what cannot be known', () => {
  test('leaves out averages without enough candles', () => {
    const candles = climbingCandles('5m', '2024-03-05T12:00:00Z', '2024-03-05T22:00:00Z').slice(0, 30);

    expect(chartView(aSpec({ candles })).lines.map(({ name }) => name)).toEqual(['SMA 20', 'VWAP']);
  });

  test('leaves out volume and VWAP of an index', () => {
    const candles = aSpec().candles.map((candle) => ({ ...candle, volume: 0 }));

    const config = chartConfig(aSpec({ candles }));

    expect(config.data.datasets.map(({ label }) => label)).toEqual(['SMA 50', 'SMA 20', 'body', 'wick']);
    expect(config.options?.scales).not.toHaveProperty('volume');
  });
});

describe('words', () => {
  test('name ticker, timeframe, last price and when it closed', () => {
    const view = chartView(aSpec());

    expect(view).toMatchObject({
      title: 'SPY 5m',
      lastPrice: '102.34',
      closedAt: 'Mar 6, 2024 16:00 ET',
      note: '',
    });
  });

  test('say side and time of a signal', () => {
    expect(chartView(aSignalSpec()).note).toBe('Long 16:00');
  });

  test('call the rolling VWAP of long candles by its length', () => {
    const candles = climbingCandles('4h', '2024-02-01T12:00:00Z', '2024-03-29T22:00:00Z');

    expect(chartView(aSpec({ timeframe: '4h', candles })).lines.map(({ name }) => name)).toContain('VWAP 20');
  });
});

describe('marks', () => {
  test('name the last price of a plain chart and the levels of a signal', () => {
    expect(chartView(aSpec()).tags).toMatchObject([{ name: '', price: 102.34 }]);
    expect(chartView(aSpec({ trade: { entry: 101.2, stop: 99.5 } })).tags).toMatchObject([
      { name: 'Entry', price: 101.2 },
      { name: 'Stop', price: 99.5 },
      { name: '', price: 102.34 },
    ]);
    expect(chartView(aSpec({ trade: { entry: 101.2, stop: null } })).tags).toHaveLength(2);
    expect(chartView(aSignalSpec()).tags.map(({ name }) => name)).toEqual([
      'Entry',
      'Stop',
      'TP1',
      'TP2',
      'TP3',
    ]);
  });

  test('point at the candle that closed when the signal fired', () => {
    const { candles } = aSpec();
    const firedAt = (candles.at(-10)?.ts ?? 0) + 300_000;

    expect(chartView(aSignalSpec({ firedAt })).markers).toEqual([
      { index: 80, price: null, points: 'up', kind: 'signal' },
    ]);
    expect(chartView(aSignalSpec({ firedAt, side: 'short' })).markers[0]?.points).toBe('down');
  });

  test('leave out a signal whose candle is not shown', () => {
    expect(chartView(aSignalSpec({ firedAt: Date.parse('2024-03-01T20:00:00Z') })).markers).toEqual([]);
  });

  test('put a fill on the candle of its time, at its price', () => {
    const at = (aSpec().candles.at(-5)?.ts ?? 0) + 299_999;

    const { markers } = chartView(aSpec({ fills: [{ at, price: 102.3, action: 'sell' }] }));

    expect(markers).toEqual([{ index: 85, price: 102.3, points: 'down', kind: 'fill' }]);
  });
});

describe('lines', () => {
  test('break the VWAP at each session and no other average', () => {
    const colourAt = (label: string, p1DataIndex: number) => {
      const segment = 'segment' in dataset(aSpec(), label) ? dataset(aSpec(), label) : null;
      const colour = (segment as { segment?: { borderColor?: unknown } } | null)?.segment?.borderColor;
      return typeof colour === 'function' ? colour({ p1DataIndex }) : colour;
    };

    expect(colourAt('VWAP', 12), 'Mar 6 begins at the 13th shown candle').toBe('transparent');
    expect(colourAt('VWAP', 13)).toBeUndefined();
    expect(colourAt('SMA 20', 12)).toBeUndefined();
  });
});
