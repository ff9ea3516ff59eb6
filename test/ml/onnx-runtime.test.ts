import { expect, test } from 'vitest';
import { createOnnxRuntime } from '../../src/ml/onnx-runtime.ts';
import { tinyModel } from '../support/onnx.ts';

const runtime = createOnnxRuntime();
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

test('scores rows by named inputs, and says what the file says of itself', async () => {
  const file = tinyModel({ weights: { rsi14: 0.02, side: 1 }, bias: -1, metadata: { who: 'me' } });

  const model = await runtime.load(file);

  expect(model.facts.inputs).toEqual([
    { name: 'rsi14', type: 'float32', columns: 1 },
    { name: 'side', type: 'float32', columns: 1 },
  ]);
  expect(model.facts.outputs).toEqual([{ name: 'score', type: 'float32', columns: 1 }]);
  expect(model.facts.metadata).toMatchObject({ who: 'me', 'oracore.feature_version': '1' });
  const columns = [new Float32Array([10, 50, 90]), new Float32Array([1, -1, 1])];
  const scores = await model.score({ columns, rows: 3, output: 'score' });
  for (const [index, expected] of [sigmoid(0.2), sigmoid(-1), sigmoid(1.8)].entries()) {
    expect(scores[index]).toBeCloseTo(expected, 6);
  }
  await model.close();
});

test('answers several scans at once', async () => {
  const model = await runtime.load(tinyModel({ weights: { ret_1: 1 } }));

  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      model.score({ columns: [new Float32Array([index])], rows: 1, output: 'score' }),
    ),
  );

  for (const [index, [score]] of answers.entries()) expect(score).toBeCloseTo(sigmoid(index), 6);
  await model.close();
});

test.each([
  ['nothing', new Uint8Array()],
  ['noise', Uint8Array.from({ length: 200 }, (_, index) => (index * 77) % 256)],
  ['half a model', tinyModel({ weights: { rsi14: 1 } }).slice(0, 60)],
])('refuses %s with a reason', async (_, file) => {
  await expect(runtime.load(file)).rejects.toMatchObject({ code: 'bad_input' });
});
