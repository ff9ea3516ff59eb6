import { expect, it } from 'vitest';
import { defaultHorizons, horizonsOf } from '../../../src/domain/labels/horizons.ts';
import { labelVersion } from '../../../src/domain/labels/versions.ts';
import { levelsFor } from '../../../src/domain/levels.ts';

it('has in version 1 the levels that a card shows by per cent', () => {
  const { entry, params } = labelVersion(1);
  if (entry !== 'signal_close') throw new Error('version 1 has changed');

  const levels = levelsFor(1000, { side: 'long', atr14: null, rule: 'percent' });

  expect(levels).toMatchObject({
    tp1: 1000 + params.tp1PerMille,
    tp2: 1000 + params.tp2PerMille,
    tp3: 1000 + params.tp3PerMille,
    stop: 1000 - params.stopPerMille,
  });
});

it('has in version 2 the distances that a card shows by ATR', () => {
  const { entry, params } = labelVersion(2);
  if (entry !== 'next_open') throw new Error('version 2 has changed');

  const levels = levelsFor(100, { side: 'long', atr14: 1, rule: 'atr' });

  expect(levels).toMatchObject({
    tp1: 100 + params.tp1Atr,
    tp2: 100 + params.tp2Atr,
    tp3: 100 + params.tp3Atr,
    stop: 100 - params.stopAtr,
  });
});

it('labels in version 2 to the close and in minutes besides', () => {
  const horizons = horizonsOf(labelVersion(2), '1h').map(({ timeframe, bars }) => `${bars} ${timeframe}`);

  expect(horizons).toEqual([
    '0 1h',
    '5 1h',
    '15 1h',
    '20 1h',
    '60 1h',
    '240 1h',
    '5 1m',
    '15 1m',
    '60 1m',
    '240 1m',
  ]);
  expect(horizonsOf(labelVersion(2), '1m').map(({ bars }) => bars)).toEqual([0, 5, 15, 20, 60, 240, 1440]);
  expect(horizonsOf(labelVersion(1), '1h')).toEqual(defaultHorizons('1h'));
});

it('refuses a version that does not exist, and names those that do', () => {
  expect(() => labelVersion(7)).toThrow('There is no label version 7. Use one of: 1, 2.');
});

it.each([
  { timeframe: '1m', bars: [5, 15, 20, 60, 240, 1440] },
  { timeframe: '15m', bars: [5, 15, 20, 60, 240, 1440] },
  { timeframe: '1h', bars: [5, 15, 20, 60, 240] },
  { timeframe: '5h', bars: [5, 15, 20, 60, 240] },
] as const)('labels a $timeframe signal over candles of its own timeframe', ({ timeframe, bars }) => {
  expect(defaultHorizons(timeframe)).toEqual(bars.map((count) => ({ timeframe, bars: count })));
});
