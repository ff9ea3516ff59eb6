import { createHash } from 'node:crypto';
import type { Candle } from '../candle.ts';
import type { FeatureKey, FeatureVector } from '../features/feature.ts';
import { FEATURE_KEYS } from '../features/feature.ts';
import type { Detector, DetectorStep } from './detector.ts';

const TAPE_STEPS = 4000;

/** Values each feature takes on the tape: thresholds themselves, both sides of them, and null. */
const TAPE_VALUES: Readonly<Partial<Record<FeatureKey, readonly (number | null)[]>>> = {
  rsi14: [null, 5, 15, 20, 22, 25, 27, 29.5, 30, 30.5, 45, 50, 55, 69.5, 70, 70.5, 73, 75, 78, 80, 85, 95],
  macd_hist: [null, -0.3, -0.05, -0.01, 0, 0.01, 0.05, 0.3],
  atr14: [null, 0, 0.2, 0.5, 1, 1, 2],
  vwap_dist: [null, -0.01, -0.002, -0.0001, 0, 0.0001, 0.002, 0.01],
  bb_width: [null, 0.01, 0.012, 0.013, 0.015, 0.016, 0.018, 0.02, 0.025, 0.03],
  bb_pct: [null, -0.6, -0.1, 0, 0.1, 0.5, 0.9, 1, 1.1, 1.6],
  rel_vol_20: [null, 0, 0.5, 1, 1.19, 1.2, 1.49, 1.5, 2, 3, 4, 6],
};
const TREND_VALUES = [null, -0.02, -0.001, 0, 0.001, 0.02];

/**
 * A fingerprint of what a detector does: its parameters, and its answers to a fixed tape of 4,000
 * steps. Not of its text: that differs by the tool that strips the types, changes with every comment,
 * and says nothing of a helper it imports. Two codes with one hash give the same signals.
 */
export function hashDetector(detector: Detector): string {
  const stream = detector.start();
  const answers = createTape().map((step) => stream(step));
  const { id, version, kind, params } = detector;
  const sorted = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify({ id, version, kind, params: sorted, answers }))
    .digest('hex')
    .slice(0, 16);
}

/** The same steps for ever: whole-cent prices that trend and turn, sessions of an hour, every feature drawn anew. */
export function createTape(): DetectorStep[] {
  const draw = createDraw();
  let close = 10_000;
  return Array.from({ length: TAPE_STEPS }, (_, index) => {
    const open = close;
    close = Math.max(5000, open + Math.floor(draw() * 201) - 100 + (index % 160 < 80 ? 20 : -20));
    const candle = {
      ts: Math.floor(index / 12) * 86_400_000 + (index % 12) * 300_000,
      open: open / 100,
      high: (Math.max(open, close) + Math.floor(draw() * 20)) / 100,
      low: (Math.min(open, close) - Math.floor(draw() * 20)) / 100,
      close: close / 100,
      volume: Math.floor(draw() * 100_000),
      vwap: null,
    } satisfies Candle;
    return { candle, features: drawFeatures(draw) };
  });
}

function drawFeatures(draw: () => number): FeatureVector {
  const pick = (values: readonly (number | null)[]) => values[Math.floor(draw() * values.length)] ?? null;
  const drawn = FEATURE_KEYS.map((key) => [key, pick(TAPE_VALUES[key] ?? TREND_VALUES)] as const);
  return Object.fromEntries(drawn) as FeatureVector; // every key is there by construction
}

/** Numbers in [0, 1), the same on every machine: a linear congruential generator, Numerical Recipes' constants. */
function createDraw(): () => number {
  let state = 20_260_101;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
