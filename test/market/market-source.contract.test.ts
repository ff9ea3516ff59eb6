import { describe, expect, it } from 'vitest';
import type { MarketSource } from '../../src/app/ports.ts';
import { sessionOn } from '../../src/domain/calendar.ts';
import { checkCandles } from '../../src/domain/check-candles.ts';
import { FETCHED_TIMEFRAMES } from '../../src/domain/timeframe.ts';
import type * as all from '../../src/market/all.ts';
import { MIDSESSION, startYahooRig } from '../support/yahoo.ts';

interface SourceRig extends AsyncDisposable {
  readonly source: MarketSource;
  /** Makes the vendor fail for good. */
  breakVendor(): void;
}

/** How each source of `all.ts` is brought to life beside a vendor on this machine. SPY trades there, NOPE does not. */
const rigs: Readonly<Record<keyof typeof all, () => Promise<SourceRig>>> = {
  createYahooSource: async () => {
    const rig = await startYahooRig();
    return {
      source: rig.source,
      breakVendor: () => rig.yahoo.faults.add({ status: 503, times: 1000 }),
      [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
    };
  },
};

const MONDAY = sessionOn('2026-11-16')?.open ?? Number.NaN;

describe.each(Object.entries(rigs))('market source %s', (_name, start) => {
  it('has a name and a reach for every timeframe it is asked for', async () => {
    await using rig = await start();

    expect(rig.source.name).toMatch(/^[a-z0-9-]+$/);
    for (const timeframe of FETCHED_TIMEFRAMES) expect(rig.source.reachDays[timeframe]).toBeGreaterThan(0);
  });

  it.each(FETCHED_TIMEFRAMES)('gives %s rows of the range alone, oldest first, in USD', async (timeframe) => {
    await using rig = await start();

    const series = await rig.source.fetch({ ticker: 'SPY', timeframe, from: MONDAY, to: MIDSESSION });

    const stamps = series.rows.map(({ ts }) => ts);
    const { candles, rejected } = checkCandles(series.rows, { timeframe, now: MIDSESSION, graceMs: 0 });
    expect(series).toMatchObject({ reachedFrom: MONDAY, currency: 'USD', splits: [] });
    expect(stamps).toEqual(stamps.toSorted((a, b) => a - b));
    expect(stamps[0]).toBe(MONDAY);
    expect(stamps.at(-1)).toBeLessThan(MIDSESSION);
    expect(candles.length).toBeGreaterThanOrEqual(4);
    expect(rejected).toEqual({});
  });

  it('says which ticker is unknown', async () => {
    await using rig = await start();

    const answer = rig.source.fetch({ ticker: 'NOPE', timeframe: '5m', from: MONDAY, to: MIDSESSION });

    await expect(answer).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('"NOPE"'),
    });
  });

  it('is "unavailable" when its vendor is, and when the caller has given up', async () => {
    await using rig = await start();
    const request = { ticker: 'SPY', timeframe: '5m', from: MONDAY, to: MIDSESSION } as const;

    const late = rig.source.fetch({ ...request, signal: AbortSignal.abort() });
    await expect(late).rejects.toMatchObject({ code: 'unavailable' });
    rig.breakVendor();

    await expect(rig.source.fetch(request)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
