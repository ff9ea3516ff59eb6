import { describe, expect, test } from 'vitest';
import { COLOURS, FONT } from '../../src/chart/theme.ts';

type Rgb = readonly [number, number, number];

function linear(hex: string): Rgb {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function times(matrix: readonly Rgb[], [r, g, b]: Rgb): Rgb {
  const [x = 0, y = 0, z = 0] = matrix.map((row) => row[0] * r + row[1] * g + row[2] * b);
  return [x, y, z];
}

/** Relative luminance, WCAG 2.1. */
const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(linear(a)), luminance(linear(b))].toSorted((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

/** Severity 1.0 of Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency" (2009). */
const SIGHT: Readonly<Record<string, readonly Rgb[]>> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** CIE L*a*b* of linear sRGB, D65. */
function lab(rgb: Rgb): Rgb {
  const [x, y, z] = times(
    [
      [0.4124 / 0.9505, 0.3576 / 0.9505, 0.1805 / 0.9505],
      [0.2126, 0.7152, 0.0722],
      [0.0193 / 1.089, 0.1192 / 1.089, 0.9505 / 1.089],
    ],
    rgb,
  );
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  return [116 * f(y) - 16, 500 * (f(x) - f(y)), 200 * (f(y) - f(z))];
}

describe('colours', () => {
  test.each(Object.keys(SIGHT))('keep rising and falling candles far apart with %s', (kind) => {
    const [up, down] = [COLOURS.up, COLOURS.down].map((colour) =>
      lab(times(SIGHT[kind] ?? [], linear(colour))),
    );

    const distance = Math.hypot(...(up ?? []).map((value, index) => value - (down?.[index] ?? 0)));

    expect(distance, 'CIE76; 2.3 is just noticeable').toBeGreaterThan(40);
  });

  test('are read on the background', () => {
    const read = ['text', 'dimText', 'up', 'down', 'vwap', 'sma20', 'sma50'] as const;

    for (const name of read) expect(contrast(COLOURS[name], COLOURS.background), name).toBeGreaterThan(4.5);
  });

  test('let names be read on their tags', () => {
    for (const name of ['entry', 'stop', 'target', 'up', 'down'] as const) {
      expect(contrast(COLOURS.onTag, COLOURS[name]), name).toBeGreaterThan(4.5);
    }
  });
});

test('letters are 20 pixels or more on an image 1000 wide', () => {
  expect(Math.min(...Object.values(FONT))).toBeGreaterThanOrEqual(20);
});
