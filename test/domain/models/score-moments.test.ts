import { expect, test } from 'vitest';
import type { ModelCard } from '../../../src/domain/models/model.ts';
import { type Score, scoreMoments } from '../../../src/domain/models/score-moments.ts';
import type { Moment } from '../../../src/domain/series-scanner.ts';
import { aCandle } from '../../support/builders.ts';
import { FIRED_AT, someFeatures } from '../../support/signals.ts';

const card: ModelCard = {
  inputs: [
    { name: 'rsi14', impute: 50 },
    { name: 'ret_1', impute: null },
    { name: 'side', impute: null },
  ],
  output: 'score',
  featureVersion: 1,
  timeframes: ['5m'],
  sides: ['long', 'short'],
  trainedThrough: FIRED_AT - 1,
  threshold: null,
};
const model = { name: 'ml_x', version: '2', threshold: 0.6, card };

function aMoment(features: Parameters<typeof someFeatures>[0], firedAt = FIRED_AT): Moment {
  return { candle: aCandle(), firedAt, features: someFeatures(features), ownInputs: null };
}

/** Says what it was asked, and answers the same scores every time. */
function answering(...scores: number[]) {
  const asked: number[][] = [];
  const score: Score = async (columns, rows) => {
    asked.push(
      ...Array.from({ length: rows }, (_, row) => columns.map((column) => column[row] ?? Number.NaN)),
    );
    return Float32Array.from(scores);
  };
  return { score, asked };
}

test('asks about both sides of each moment, and takes the better one', async () => {
  const moment = aMoment({ rsi14: 30, ret_1: 0.25 });
  const { score, asked } = answering(0.7, 0.9);

  const found = await scoreMoments(model, [moment], score);

  expect(asked).toEqual([
    [30, 0.25, 1],
    [30, 0.25, -1],
  ]);
  expect(found.get(moment)).toEqual({
    detector: { id: 'ml_x', version: '2', kind: 'ml' },
    detection: { side: 'short', score: 0.9 },
  });
});

test('stays silent below its threshold', async () => {
  const { score } = answering(0.59, 0.2);

  expect(await scoreMoments(model, [aMoment({ ret_1: 0 })], score)).toEqual(new Map());
});

test('imputes what the model says, and leaves out a moment that lacks more', async () => {
  const { score, asked } = answering(0, 0);

  await scoreMoments(model, [aMoment({ ret_1: 0 }), aMoment({ rsi14: 40 })], score);

  expect(asked).toEqual([
    [50, 0, 1],
    [50, 0, -1],
  ]);
});

test('stays silent where it was trained', async () => {
  const { score, asked } = answering();

  await scoreMoments(model, [aMoment({ ret_1: 0 }, FIRED_AT - 1)], score);

  expect(asked).toEqual([]);
});

test('takes no answer for a failure of the model', async () => {
  const { score } = answering(Number.NaN, 0.2);

  await expect(scoreMoments(model, [aMoment({ ret_1: 0 })], score)).rejects.toThrow('NaN');
});
