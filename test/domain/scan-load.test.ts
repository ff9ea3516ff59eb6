import { describe, expect, it } from 'vitest';
import { expectLoad } from '../../src/domain/scan-load.ts';

const PACE = { spacingMs: 500, deadlineMs: 20_000, graceMs: 5_000 };
const watching = (count: number, timeframe: '1m' | '5m' | '1h') =>
  Array.from({ length: count }, (_, index) => ({ ticker: `T${index}`, timeframe }));

describe('expectLoad', () => {
  it('asks once for each ticker and fetched timeframe, and for the market', () => {
    expect(expectLoad(watching(1, '5m'), '5m', PACE)).toEqual({
      requests: 3, // 5m of the ticker, 15m of SPY and ^VIX; 15m and 1h are built from 5m
      delayMs: 5_000 + 3 * 500 + 1_000,
      isTooMuch: false,
    });
  });

  it('counts a ticker once, however many watch it or at how many lengths it is built', () => {
    const one = { ticker: 'NVDA', timeframe: '5m' } as const;

    expect(expectLoad([one, { ...one, timeframe: '4h' }], '4h', PACE).requests).toBe(4);
    expect(expectLoad([one, one], '5m', PACE).requests).toBe(3);
  });

  it('leaves out what is not due with this candle', () => {
    expect(expectLoad([...watching(1, '5m'), ...watching(30, '1h')], '5m', PACE).requests).toBe(3);
  });

  it('warns when the source’s pace takes longer than a scan waits, and not before', () => {
    expect(expectLoad(watching(36, '5m'), '5m', PACE)).toMatchObject({ requests: 38, isTooMuch: false });
    expect(expectLoad(watching(37, '5m'), '5m', PACE)).toMatchObject({
      requests: 39,
      isTooMuch: true,
      delayMs: 25_000,
    });
    expect(expectLoad(watching(500, '5m'), '5m', { ...PACE, spacingMs: 0 }).isTooMuch).toBe(false);
  });
});
