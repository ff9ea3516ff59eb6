import { describe, expect, it } from 'vitest';
import * as all from '../../../src/domain/detectors/all.ts';
import { hashDetector } from '../../../src/domain/detectors/code-hash.ts';
import type { Detector, DetectorStream } from '../../../src/domain/detectors/detector.ts';
import type { Detection } from '../../../src/domain/signal.ts';

/** What each version is. A line is added for a new version, never changed: stored signals refer to it. */
const PINNED: Readonly<Record<string, string>> = {
  'bb_squeeze_v1 1': '6cd9abd8640e612b',
  'breakout_v1 1': 'fc367f21cdb0fa3e',
  'macd_cross_v1 1': 'b65c0abac4c67b06',
  'rsi_reversal_v1 1': '781a2b80e9f419bb',
  'vwap_reclaim_v1 1': 'b46e129370b74fbf',
};

describe.each(Object.values(all))('the version of $id', (detector: Detector) => {
  it('stands for one behaviour and one set of parameters', () => {
    const key = `${detector.id} ${detector.version}`;

    expect(
      hashDetector(detector),
      `${detector.id} no longer does what version ${detector.version} did: raise its version and pin the new hash beside the old one`,
    ).toBe(PINNED[key]);
  });

  it.each(Object.keys(detector.params))('changes with the parameter %s', (name) => {
    const params = { ...detector.params, [name]: (detector.params[name] ?? 0) * 1.01 };

    expect(hashDetector({ ...detector, params })).not.toBe(hashDetector(detector));
  });

  it('changes with a score that moves by a thousandth, and with one signal less', () => {
    const wrap = (change: (seen: Detection) => Detection | null): Detector => ({
      ...detector,
      start: (): DetectorStream => {
        const stream = detector.start();
        return (step) => {
          const seen = stream(step);
          return seen === null ? null : change(seen);
        };
      },
    });
    let first = true;

    const moved = wrap((seen) => ({ ...seen, score: seen.score - 0.001 }));
    const fewer = wrap((seen) => {
      if (!first) return seen;
      first = false;
      return null;
    });

    expect(hashDetector(wrap((seen) => seen))).toBe(hashDetector(detector));
    expect(hashDetector(moved)).not.toBe(hashDetector(detector));
    expect(hashDetector(fewer)).not.toBe(hashDetector(detector));
  });
});
