import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../src/sandbox/arguments.ts';

describe('the sandbox on the command line', () => {
  it('needs no option', () => {
    expect(parseArguments([])).toEqual({ help: false, dataDir: null, speed: 20, seed: 1, port: 0 });
  });

  it('takes all of them', () => {
    const args = ['--data', 'candles', '--speed', '0.5', '--seed', '7', '--port=8080'];

    expect(parseArguments(args)).toEqual({
      help: false,
      dataDir: 'candles',
      speed: 0.5,
      seed: 7,
      port: 8080,
    });
    expect(parseArguments(['--speed', 'max']).speed).toBe('max');
    expect(parseArguments(['--help']).help).toBe(true);
  });

  it.each([
    [['--speed', 'fast'], '--speed takes a number above 0 or max, not "fast".'],
    [['--speed', '0'], '--speed takes a number above 0 or max, not "0".'],
    [['--speed=-1'], '--speed takes a number above 0 or max, not "-1".'],
    [['--speed', 'Infinity'], '--speed takes a number above 0 or max, not "Infinity".'],
    [['--seed', '1.5'], '--seed takes a whole number up to 999999999, not "1.5".'],
    [['--port', '70000'], '--port takes a whole number up to 65535, not "70000".'],
    [['--date', '2024'], "Unknown option '--date'."],
    [['--data'], "Option '--data <value>' argument missing."],
    [['candles'], "Unexpected argument 'candles'."],
  ])('refuses %j in a sentence', (args, sentence) => {
    expect(() => parseArguments(args)).toThrow(sentence);
  });
});
