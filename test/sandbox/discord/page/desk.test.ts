import { describe, expect, it } from 'vitest';
import { placeOf } from '../../../../src/sandbox/discord/page/desk.ts';

describe('placeOf', () => {
  const messages = [{ id: '9' }, { id: '10' }, { id: '300000000000000001' }];

  it.each([
    ['8', 0],
    ['10', 1],
    ['11', 2],
    ['300000000000000000', 2],
    ['300000000000000002', 3],
  ])('puts %s at %i, by age and not by letters', (id, place) => {
    expect(placeOf(messages, id)).toBe(place);
  });
});
