import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { python } from '../support/python.ts';

const EXAMPLES = resolve(import.meta.dirname, '../../examples');
const DAY = 86_400_000;

/** Asks the example for its folds, many sets of rows in one process. */
const ASK = `
import json, sys
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
from train import folds
for case in json.load(sys.stdin):
    rows = case["rows"]
    made = folds([r[0] for r in rows], [r[1] for r in rows], case["folds"], case["embargo"])
    print(json.dumps([[train.nonzero()[0].tolist(), test.nonzero()[0].tolist()] for train, test in made]))
`;

interface Case {
  /** `[t0, t1]`, epoch ms. */
  readonly rows: readonly (readonly [number, number])[];
  readonly folds: number;
  readonly embargo: number;
}

const cases = fc.record({
  rows: fc.array(
    fc
      .record({ t0: fc.integer({ min: 0, max: 200 * DAY }), length: fc.integer({ min: 1, max: 20 * DAY }) })
      .map(({ t0, length }) => [t0, t0 + length] as const),
    { minLength: 2, maxLength: 60 },
  ),
  folds: fc.integer({ min: 1, max: 8 }),
  embargo: fc.constantFrom(0, DAY, 5 * DAY),
});

type Fold = readonly [train: readonly number[], test: readonly number[]];

function foldsOf(asked: readonly Case[]): Fold[][] {
  const { stdout, stderr, status } = spawnSync(python ?? '', ['-c', ASK, EXAMPLES], {
    input: JSON.stringify(asked),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe.skipIf(python === null)('the folds of examples/train.py (needs python3 with pandas)', () => {
  it('never train on a label that reaches past the embargoed start of the test', () => {
    const sets = fc.sample(cases, { numRuns: 300, seed: 11 });
    let folds = 0;

    for (const [index, made] of foldsOf(sets).entries()) {
      const { rows = [], embargo = 0 } = sets[index] ?? {};
      for (const [train, test] of made) {
        folds += 1;
        const start = Math.min(...test.map((row) => rows[row]?.[0] ?? Number.NaN));
        const latest = Math.max(...train.map((row) => rows[row]?.[1] ?? Number.NaN));
        expect(latest, `fold of case ${index}`).toBeLessThan(start - embargo);
      }
    }
    expect(folds).toBeGreaterThan(300);
  });

  it('test every row at most once', () => {
    const sets = fc.sample(cases, { numRuns: 100, seed: 12 });

    for (const made of foldsOf(sets)) {
      const tested = made.flatMap(([, test]) => test);
      expect(new Set(tested).size).toBe(tested.length);
    }
  });
});
