import { describe, expect, it } from 'vitest';
import { fieldRows } from '../../../../src/sandbox/discord/page/field-rows.ts';

describe('fieldRows', () => {
  const rowsOf = (pattern: string): readonly number[] =>
    fieldRows([...pattern].map((mark) => ({ name: mark, value: mark, inline: mark === 'i' }))).map(
      (row) => row.length,
    );

  it.each([
    ['iii', [3]],
    ['iiiii', [3, 2]],
    ['ibi', [1, 1, 1]],
    ['iibii', [2, 1, 2]],
    ['bb', [1, 1]],
  ])('lays %s out in rows of %o', (pattern, rows) => {
    expect(rowsOf(pattern)).toEqual(rows);
  });
});
