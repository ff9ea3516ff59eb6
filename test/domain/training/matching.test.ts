import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMatching, type MatchedMoment } from '../../../src/domain/training/matching.ts';

const moments = fc.record({
  timeframe: fc.constantFrom('5m' as const, '15m' as const),
  side: fc.constantFrom('long' as const, 'short' as const),
  stratum: fc.constantFrom(9991, 19990, 29993, 5000),
});

test('weighted baselines lie as signals do, with a mean of 1 where there is something to match', () => {
  fc.assert(
    fc.property(
      fc.array(moments, { minLength: 1 }),
      fc.array(moments, { minLength: 1 }),
      (signals, baselines) => {
        const matching = createMatching();
        for (const moment of signals) matching.count('signal', moment);
        for (const moment of baselines) matching.count('baseline', moment);

        const weights = baselines.map((moment) => matching.weightOf(moment));
        const matched = weights.filter((weight) => weight > 0);

        const sum = matched.reduce((total, weight) => total + weight, 0);
        expect(sum).toBeCloseTo(matched.length, 6);
      },
    ),
  );
});

test('two baselines share the weight of one, and one without a signal beside it has none', () => {
  const at = (stratum: number): MatchedMoment => ({ timeframe: '5m', side: 'long', stratum });
  const matching = createMatching();
  const [first, middle, last, none] = [9991, 19991, 29993, 9993];
  for (const stratum of [first, middle]) matching.count('signal', at(stratum));
  for (const stratum of [first, first, middle, last]) matching.count('baseline', at(stratum));

  const weights = [first, middle, last, none].map((each) => matching.weightOf(at(each)));

  expect(weights).toEqual([0.75, 1.5, 0, 0]);
});
