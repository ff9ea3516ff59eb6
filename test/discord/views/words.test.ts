import { describe, expect, it } from 'vitest';
import { signedPercent, signedR, withSign } from '../../../src/discord/views/signed.ts';
import {
  clip,
  clipLines,
  detectorName,
  duration,
  listed,
  price,
  thousands,
} from '../../../src/discord/views/words.ts';

describe('words for traders', () => {
  it('names detectors as traders do', () => {
    expect(
      ['breakout_v1', 'rsi_reversal_v1', 'macd_cross_v1', 'bb_squeeze_v1', 'vwap_reclaim_v12'].map(
        detectorName,
      ),
    ).toEqual(['breakout', 'RSI reversal', 'MACD cross', 'Bollinger squeeze', 'VWAP reclaim']);
  });

  it('shows prices in cents, and in hundredths of a cent under a dollar', () => {
    expect([187.4, 0.12345, 1].map(price)).toEqual(['187.40', '0.1235', '1.00']);
  });

  it('signs percentages', () => {
    expect([0.012, -0.012, 0, -0.0004].map((fraction) => signedPercent(fraction))).toEqual([
      '+1.2\u00a0%',
      '−1.2\u00a0%',
      '0.0\u00a0%',
      '0.0\u00a0%',
    ]);
  });

  it('signs what traders made in R, with a real minus, and nothing that is shown as zero', () => {
    expect([1.5, -1, 0, -0.04].map((r) => signedR(r))).toEqual([
      '+1.5\u00a0R',
      '−1.0\u00a0R',
      '0.0\u00a0R',
      '0.0\u00a0R',
    ]);
    expect([withSign('1,200.00', true), withSign('0.00', true)]).toEqual(['−1,200.00', '0.00']);
  });

  it('separates thousands', () => {
    expect([0, 999, 1234567].map(thousands)).toEqual(['0', '999', '1,234,567']);
  });

  it('measures time in its largest sensible unit', () => {
    const second = 1000;
    const hour = 3600 * second;

    expect([-5, 4 * second, 180 * second, 3 * hour, 72 * hour].map(duration)).toEqual([
      '0 s',
      '4 s',
      '3 min',
      '3 h',
      '3 days',
    ]);
  });

  it('lists with commas and an and', () => {
    expect([listed([]), listed(['a']), listed(['a', 'b']), listed(['a', 'b', 'c'])]).toEqual([
      '',
      'a',
      'a and b',
      'a, b and c',
    ]);
  });

  it('cuts a text and says so', () => {
    expect(clip('abcdef', 6)).toBe('abcdef');
    expect(clip('abcdefg', 6)).toBe('abcde…');
  });

  it('keeps whole lines and counts the others', () => {
    const lines = Array.from({ length: 100 }, (_, i) => `line ${i}`);

    const text = clipLines(lines, 100);

    expect(text.length).toBeLessThanOrEqual(100);
    const kept = text.split('\n').length - 1;
    expect(text.endsWith(`… and ${100 - kept} more`)).toBe(true);
  });
});
