import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { latestSession, previousSession } from '../../src/domain/calendar.ts';
import { type LocalYahoo, startLocalYahoo } from '../../src/sandbox/yahoo/local-yahoo.ts';
import { runProgram } from '../support/child.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { PRICES } from '../support/yahoo.ts';

let url: string;
let yahoo: LocalYahoo;
beforeAll(async () => {
  url = await createEmptyDatabase();
  yahoo = await startLocalYahoo({ prices: PRICES, now: Date.now });
});
afterAll(() => yahoo.close());

const oracore = (args: readonly string[], spacingMs: number) =>
  runProgram('src/cli/main.ts', args, {
    DATABASE_URL: url,
    DATABASE_TLS: 'off',
    YAHOO_BASE_URL: yahoo.baseUrl,
    YAHOO_SPACING_MS: String(spacingMs),
    LOG_LEVEL: 'error',
  });

async function ask<T>(sql: string): Promise<T[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}

it('killed in the middle, goes on where it was and ends with the same candles', {
  timeout: 120_000,
}, async () => {
  let last = latestSession(Date.now());
  for (let back = 0; back < 15; back += 1) last = previousSession(last);
  const args = ['backfill', 'NVDA', '--timeframe', '1m', '--from', last.date];
  const covered = async () =>
    (await ask<{ n: number }>(`SELECT count(*)::int AS n FROM candle_coverage`).catch(() => []))[0]?.n ?? 0;

  const killed = oracore(args, 1_000);
  while ((await covered()) === 0) await new Promise((done) => setTimeout(done, 50));
  killed.process.kill('SIGKILL');
  await killed.ended;
  const before = await covered();
  const second = oracore(args, 0);
  const code = await second.ended;
  const third = oracore(args, 0);
  await third.ended;
  const gaps = oracore(['gaps', '--ticker', 'nvda'], 0);
  await gaps.ended;
  const [{ n: candles = 0 } = {}] = await ask<{ n: number }>('SELECT count(*)::int AS n FROM candles');
  const asked = (of: typeof second) => Number(/; (\d+) of \d+ sessions asked for/.exec(of.output())?.[1]);

  expect(before).toBeGreaterThan(0);
  expect(before, 'it was not through').toBeLessThan(14);
  expect(code).toBe(0);
  expect(asked(second)).toBeLessThan(16);
  expect(asked(third), 'only a session that still runs').toBeLessThanOrEqual(1);
  expect(candles).toBeGreaterThan(14 * 200);
  expect(gaps.output()).toContain('Nothing is absent.');
});

it('asked to stop while it works, says where it is, and what follows it on the line does not run', async () => {
  const day = latestSession(Date.now()).date;
  const begun = oracore(['backfill', 'AMD', '--timeframe', '1m', '--from', previousMonth(day)], 1_000);
  await begun.prints('0 of');
  begun.process.kill('SIGINT');

  expect(await begun.ended).toBe(130);
  expect(begun.output()).toContain('Stopped. Run it again to go on.');
  expect(begun.output()).not.toContain('the others were there');
});

it('says of a weekend that the exchange was shut', async () => {
  const shut = oracore(
    ['backfill', 'AMD', '--timeframe', '1d', '--from', '2026-01-03', '--to', '2026-01-04'],
    0,
  );

  expect(await shut.ended).toBe(0);
  expect(shut.output()).toContain('AMD 1d: no session of the exchange lies in this period');
});

function previousMonth(date: string): string {
  return new Date(Date.parse(date) - 20 * 86_400_000).toISOString().slice(0, 10);
}
