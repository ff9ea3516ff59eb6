import { expect, test } from 'vitest';
import {
  type ModelFacts,
  readModelCard,
  type TensorFacts,
} from '../../../src/domain/models/read-model-card.ts';

function column(name: string, overrides: Partial<TensorFacts> = {}): TensorFacts {
  return { name, type: 'float32', columns: 1, ...overrides };
}

function someFacts(overrides: Partial<ModelFacts> = {}, metadata: Record<string, string> = {}): ModelFacts {
  return {
    inputs: [column('rsi14'), column('side')],
    outputs: [column('score')],
    ...overrides,
    metadata: {
      'oracore.feature_version': '1',
      'oracore.impute': '{"rsi14": 50}',
      'oracore.timeframes': '["15m", "5m"]',
      'oracore.sides': '["long", "short"]',
      'oracore.trained_through': '2024-03-01T21:00:00Z',
      ...metadata,
    },
  };
}

/** What is wrong, one line each. */
function problemsOf(facts: ModelFacts): string[] {
  try {
    readModelCard(facts);
  } catch (error) {
    return (error as Error).message.split('\n').slice(1);
  }
  return [];
}

test('reads inputs in the order of the model, with what stands in for nulls', () => {
  const card = readModelCard(someFacts());

  expect(card).toEqual({
    inputs: [
      { name: 'rsi14', impute: 50 },
      { name: 'side', impute: null },
    ],
    output: 'score',
    featureVersion: 1,
    timeframes: ['5m', '15m'],
    sides: ['long', 'short'],
    trainedThrough: Date.UTC(2024, 2, 1, 21),
    threshold: null,
  });
});

test("takes scikit-learn's probabilities when there is no score", () => {
  const outputs = [column('label', { type: 'int64' }), column('probabilities', { columns: 2 })];

  expect(readModelCard(someFacts({ outputs })).output).toBe('probabilities');
});

test('says everything that is wrong at once', () => {
  const facts = someFacts(
    {
      inputs: [column('rsi_14'), column('atr14', { type: 'int64' }), column('ret_1', { columns: 21 })],
      outputs: [column('y')],
    },
    {
      'oracore.feature_version': '2',
      'oracore.timeframes': '["1w"]',
      'oracore.trained_through': 'yesterday',
    },
  );

  const problems = problemsOf(facts).join('\n');

  for (const reason of [
    'no output is called score or probabilities',
    'input "rsi_14" is no feature',
    'input "atr14" takes int64',
    'input "ret_1" wants 21 columns',
    'oracore.feature_version is 2',
    'oracore.timeframes must be',
    'oracore.trained_through must be',
    'no input "side"',
  ]) {
    expect(problems).toContain(reason);
  }
});

test.each([
  ['a model without inputs', someFacts({ inputs: [] }, { 'oracore.sides': '["long"]' }), 'it has no inputs'],
  [
    'a feature that only a signal has',
    someFacts({ inputs: [column('spread_bps'), column('side')] }),
    'spread_bps',
  ],
  ['imputed words', someFacts({}, { 'oracore.impute': '{"rsi14": "fifty"}' }), 'no number for "rsi14"'],
  ['metadata that is no JSON', someFacts({}, { 'oracore.sides': 'long' }), 'oracore.sides is not JSON'],
  ['a threshold of zero', someFacts({}, { 'oracore.threshold': '0' }), 'oracore.threshold'],
])('refuses %s', (_, facts, reason) => {
  expect(problemsOf(facts).join('\n')).toContain(reason);
});
