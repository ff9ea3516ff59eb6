import type { TrainingSample } from '../../src/domain/training/sample.ts';
import { FIRED_AT, someFeatures } from './signals.ts';

/** A signal's row at `FIRED_AT` whose label of an hour touched nothing, unless said otherwise. */
export function aSample(overrides: Partial<TrainingSample> = {}): TrainingSample {
  return {
    ticker: 'NVDA',
    timeframe: '5m',
    side: 'long',
    t0: FIRED_AT,
    t1: FIRED_AT + 3_600_000,
    price: 100,
    features: someFeatures({ rsi14: 61.2, minutes_since_open: 35, realized_vol_20: 0.002 }),
    stratum: 9991,
    label: {
      retClose: 0.001,
      maxRunUp: 0.004,
      maxDrawdown: -0.002,
      hitTp1: false,
      hitTp2: false,
      hitTp3: false,
      hitStop: false,
      tToTp1Ms: null,
      tToStopMs: null,
      firstBarrier: 'none',
      ambiguous: false,
      gapFill: null,
      entryPrice: null,
      retWorst: null,
      retBest: null,
      dividendUsd: 0,
    },
    source: {
      kind: 'signal',
      detectorId: 'breakout_v1',
      detectorVersion: '1',
      sourceSystem: 'basic_scanner',
      origin: 'replay',
      score: 0.8,
      decision: null,
    },
    ...overrides,
  };
}
