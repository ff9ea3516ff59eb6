import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareIds, createSnowflakes, snowflakeAt } from '../../../src/sandbox/discord/snowflake.ts';

test('gives the id of the documentation its time', () => {
  // Discord API reference, "Snowflakes": 175928847299117063 was made at 1462015105796 ms.
  expect(BigInt(snowflakeAt(1_462_015_105_796)) >> 22n).toBe(175_928_847_299_117_063n >> 22n);
});

test('always rises, however fast it is asked', () => {
  const next = createSnowflakes();

  const given = Array.from({ length: 1000 }, () => next());

  expect(given.toSorted(compareIds)).toEqual(given);
  expect(new Set(given).size).toBe(1000);
});

test('orders ids as the numbers they are', () => {
  const id = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });

  fc.assert(
    fc.property(id, id, (a, b) => {
      expect(Math.sign(compareIds(String(a), String(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
    }),
  );
});
