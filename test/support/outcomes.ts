import type { LabelScope } from '../../src/app/ports.ts';
import type { ResolvedOutcome } from '../../src/domain/labels/outcome.ts';
import { LABEL_VERSIONS } from '../../src/domain/labels/versions.ts';
import { aTarget } from './labels.ts';

/** All versions, or those named, of any time. */
export function aScope(...versions: number[]): LabelScope {
  const wanted = versions.length === 0 ? LABEL_VERSIONS.map(({ version }) => version) : versions;
  return { versions: LABEL_VERSIONS.filter(({ version }) => wanted.includes(version)) };
}

/** Version 1 at five 5m candles: TP1 after a quarter of an hour. */
export function anOutcome(overrides: Partial<ResolvedOutcome> = {}): ResolvedOutcome {
  const target = overrides.target ?? aTarget();
  return {
    state: 'resolved',
    horizon: { timeframe: '5m', bars: 5 },
    labelVersion: 1,
    retClose: 0.0123,
    maxRunUp: 0.016,
    maxDrawdown: -0.004,
    hitTp1: true,
    hitTp2: false,
    hitTp3: false,
    hitStop: false,
    tToTp1Ms: 900_000,
    tToStopMs: null,
    firstBarrier: 'tp1',
    ambiguous: false,
    horizonEndTs: target.firedAt + 1_500_000,
    trade: null,
    ...overrides,
    target,
  };
}
