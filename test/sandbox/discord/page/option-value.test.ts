import type { APIApplicationCommandBasicOption } from 'discord-api-types/v10';
import { describe, expect, it } from 'vitest';
import { readOption } from '../../../../src/sandbox/discord/page/option-value.ts';

const anOption = (overrides: object): APIApplicationCommandBasicOption =>
  // An option's type decides which other keys it may have; tests mix them freely.
  ({ type: 3, name: 'size', description: '', ...overrides }) as APIApplicationCommandBasicOption;

describe('readOption', () => {
  it.each([
    [{ type: 3 }, 'SPY', 'SPY'],
    [{ type: 4 }, '12', 12],
    [{ type: 4 }, '-3', -3],
    [{ type: 10 }, '0.5', 0.5],
    [{ type: 10 }, '.5', 0.5],
    [{ type: 5 }, 'true', true],
    [{ type: 5 }, 'false', false],
    [{ type: 6 }, '1200000000000000001', '1200000000000000001'],
    [{ type: 3 }, '', null],
  ])('reads %o from "%s"', (option, text, value) => {
    expect(readOption(anOption(option), text)).toEqual({ value });
  });

  it.each([
    [{ required: true }, '', 'size is required'],
    [{ type: 4 }, '1.5', 'size must be a whole number, not "1.5"'],
    [{ type: 10 }, 'abc', 'size must be a number, not "abc"'],
    [{ type: 10 }, '1e5', 'size must be a number, not "1e5"'],
    [{ type: 4, min_value: 1 }, '0', 'size must be at least 1'],
    [{ type: 4, max_value: 5 }, '6', 'size must be at most 5'],
    [{ type: 3, min_length: 2 }, 'A', 'size must have at least 2 characters'],
    [{ type: 3, max_length: 2 }, 'ABC', 'size must have at most 2 characters'],
  ])('refuses for %o "%s"', (option, text, error) => {
    expect(readOption(anOption(option), text)).toEqual({ error });
  });
});
