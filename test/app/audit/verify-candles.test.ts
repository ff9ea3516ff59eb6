import { beforeEach, describe, expect, it } from 'vitest';
import { verifyCandles } from '../../../src/app/audit/verify-candles.ts';
import { sessionsBetween } from '../../../src/domain/calendar.ts';
import type { Candle } from '../../../src/domain/candle.ts';
import { aWalk } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';
import { aSettings } from '../../support/settings.ts';

const SERIES = { ticker: 'ACME', timeframe: '15m' } as const;
/** Ten sessions from 2 January 2024 on. */
const CANDLES = aWalk(26 * 10, { timeframe: '15m' });
const FIRST = CANDLES[0]?.ts ?? 0;
const LAST = CANDLES.at(-1)?.ts ?? 0;
const NOW = Date.parse('2024-03-01T00:00:00Z');
const SESSIONS = sessionsBetween(FIRST, LAST + 1);

const database = withDatabase();
beforeEach(() =>
  database.current.pool.query(
    'DELETE FROM candles; DELETE FROM candle_coverage; DELETE FROM candle_revisions',
  ),
);

describe('verifyCandles', () => {
  it('finds nothing wrong where all is closed, whole and on the grid', async () => {
    await store(CANDLES);

    expect(await verify()).toEqual({ checked: CANDLES.length, differences: [], revised: 0, warnings: [] });
  });

  it('takes an absent candle inside a covered session for no trade', async () => {
    await store(CANDLES.filter((_, index) => index !== 40));

    expect((await verify()).differences).toEqual([]);
  });

  it('names a candle that is not closed yet', async () => {
    await store(CANDLES);

    const { differences } = await verify({ now: LAST + 15 * 60_000 + 29_999 });

    expect(differences).toEqual(['ACME 15m 2024-01-16 20:45: is not closed yet']);
  });

  it.each([
    { set: { ts: FIRST + 60_000 }, fault: '2024-01-02 14:31: no regular candle opens then' },
    { set: { ts: FIRST - 15 * 60_000 }, fault: '2024-01-02 14:15: no regular candle opens then' },
    { set: { high: 1 }, fault: '2024-01-02 14:30: its high or low is not its extreme' },
    { set: { open: -1, high: 120, low: -1 }, fault: '2024-01-02 14:30: its price is not above zero' },
    { set: { volume: -5 }, fault: '2024-01-02 14:30: its volume is negative' },
  ])('names a row of another program: $fault', async ({ set, fault }) => {
    const [first, ...rest] = CANDLES;
    await store([{ ...(first as Candle), ...set }, ...rest]);

    const { differences } = await verify({ from: FIRST - 86_400_000 });

    expect(differences).toEqual([`ACME 15m ${fault}`]);
  });

  it('names a session between others that is missing or not whole, and no holiday', async () => {
    const [, , third] = SESSIONS;
    if (third === undefined) throw new Error('there are ten sessions');
    const without = SESSIONS.filter(({ date }) => date !== third.date);

    await store(CANDLES, without);
    const missing = await verify();
    await store(CANDLES, [{ ...third, close: third.close - 60_000 }]);
    const partly = await verify();

    const sentence = `ACME 15m ${third.date}: the session is missing, or not whole`;
    expect(missing.differences).toEqual([sentence]);
    expect(partly.differences).toEqual([sentence]);
  });

  it('warns of a jump like that of a split, and calls it no fault', async () => {
    const split = CANDLES.map((candle, index) => (index < 100 ? candle : divided(candle, 4)));
    await store(split);

    const { differences, warnings } = await verify();

    expect(differences).toEqual([]);
    expect(warnings).toEqual([
      expect.stringMatching(/^ACME 15m 2024-01-05 .*: the price jumps by a factor of 1\/4, like a split/),
    ]);
  });
});

function verify(overrides: { readonly now?: number; readonly from?: number } = {}) {
  const deps = { stores: database.current.stores, settings: aSettings({ graceMs: 30_000 }) };
  return verifyCandles(deps, { from: FIRST, to: NOW, now: NOW, ...overrides });
}

async function store(candles: readonly Candle[], sessions = SESSIONS): Promise<void> {
  const coverage = sessions.map(({ date, close }) => ({ date, coveredThrough: close }));
  await database.current.stores.candles.store({ ...SERIES, source: 'test', candles, coverage });
}

function divided(candle: Candle, by: number): Candle {
  const { open, high, low, close } = candle;
  return { ...candle, open: open / by, high: high / by, low: low / by, close: close / by };
}
