import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { candleSpans, sessionsBetween } from '../../src/domain/calendar.ts';
import { runProgram } from '../support/child.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { PRICES } from '../support/yahoo.ts';

/** A month of the simulated market as a file. */
const FROM = Date.UTC(2026, 2, 2);
const TO = Date.UTC(2026, 3, 1);

describe('oracore, as an operator types it', { timeout: 120_000 }, () => {
  let url: string;
  let file: string;
  beforeAll(async () => {
    url = await createEmptyDatabase();
    file = join(mkdtempSync(join(tmpdir(), 'oracore-')), 'NVDA_5m.csv');
    const rows = PRICES.candles('NVDA', '5m', FROM, TO).map(
      ({ ts, open, high, low, close, volume }) =>
        `${new Date(ts).toISOString()},${open},${high},${low},${close},${volume}`,
    );
    writeFileSync(file, `timestamp,open,high,low,close,volume\n${rows.join('\n')}\n`);
  });

  const oracore = async (...args: string[]) => {
    const child = runProgram('src/cli/main.ts', args, {
      DATABASE_URL: url,
      DATABASE_TLS: 'off',
      LOG_LEVEL: 'error',
    });
    return { code: await child.ended, said: child.output() };
  };
  const importing = () =>
    oracore('import-candles', file, '--ticker', 'NVDA', '--timeframe', '5m', '--source', 'simulated');
  const replaying = () =>
    oracore('replay', '--from', '2026-03-02', '--to', '2026-03-31', '--ticker', 'NVDA', '--timeframe', '5m');

  it('imports a file once, and says that the second time nothing was new', async () => {
    const candles = sessionsBetween(FROM, TO).flatMap((session) => candleSpans(session, '5m')).length;

    const first = await importing();
    const second = await importing();

    expect(first.said).toContain(`NVDA 5m: ${candles} new, 0 changed, 0 as stored`);
    expect(first.said).toContain('built 15m, 1h, 4h, 5h, 1d');
    expect(second.said).toContain(`NVDA 5m: 0 new, 0 changed, ${candles} as stored`);
    expect([first.code, second.code]).toEqual([0, 0]);
  });

  it.each([
    [['verify', 'candles', '--from', '2026-03-31', '--to', '2026-03-02'], 1, 'end before it begins'],
    [['gaps', '--ticker', 'ZZZZ'], 0, 'No such candles are stored.'],
    [['gaps', '--timeframe', '7m'], 1, '"7m" is not a timeframe'],
  ] as const)('does not pass for a clean answer: %s', async (args, code, words) => {
    const found = await oracore(...args);

    expect(found.said).toContain(words);
    expect(found.code).toBe(code);
  });

  it('replays the same signals once, and labels each complete horizon once', async () => {
    const replays = [await replaying(), await replaying()].map(
      ({ said }) => /(\d+) new signals/.exec(said)?.[1],
    );
    const labels = [await oracore('label'), await oracore('label')].map(
      ({ said }) => /(\d+) outcomes written/.exec(said)?.[1],
    );

    expect(Number(replays[0])).toBeGreaterThan(20);
    expect(replays[1]).toBe('0');
    expect(Number(labels[0])).toBeGreaterThan(100);
    expect(labels[1]).toBe('0');
  });

  it('draws the same baselines once, and verifies all that was written', async () => {
    const drawing = () => oracore('baseline', '--from', '2026-03-02', '--to', '2026-03-31');
    const draws = [await drawing(), await drawing()].map(({ said }) => /(\d+) new baselines/.exec(said)?.[1]);
    const labelled = await oracore('label', '--label-version', '2');
    const period = ['--from', '2026-03-02', '--to', '2026-03-31'] as const;
    const checks = await Promise.all(
      ['candles', 'features', 'labels'].map((what) => oracore('verify', what, ...period)),
    );

    expect(Number(draws[0])).toBeGreaterThan(5);
    expect(draws[1]).toBe('0');
    expect(labelled.said).toMatch(/[1-9]\d* outcomes written/);
    for (const { said } of checks) expect(said).toMatch(/^[1-9]\d+ \w+ checked: 0 differ, 0 rest on/m);
    expect(checks.map(({ code }) => code)).toEqual([0, 0, 0]);
  });

  it('says how versions differ, labels again when asked, and exits 1 on a difference', async () => {
    const diff = await oracore('label', 'diff', '1', '2', '--from', '2026-03-02');
    const again = await oracore('relabel', '--label-version', '2', '--because', 'revised');
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(`UPDATE signals SET features = jsonb_set(features, '{rsi14}', '1')
      WHERE id = (SELECT min(id) FROM signals)`);
    await client.end();
    const verified = await oracore('verify', 'features', '--from', '2026-03-02', '--to', '2026-03-31');

    expect(diff.said).toMatch(/^version 1 \\ 2 +tp1/m);
    expect(again.said).toContain('0 outcomes taken away, kept in outcome_revisions');
    expect(verified.said).toMatch(
      /^DIFFERS {2}signal \d+ \(NVDA 5m 2026-03-\d\d \d\d:\d\d\): rsi14 is 1, computed again/m,
    );
    expect(verified.code).toBe(1);
  });

  it.each([
    [
      ['import-candles', '/nowhere.csv', '--ticker', 'SPY', '--timeframe', '5m', '--source', 'x'],
      'There is no file "/nowhere.csv"',
    ],
    [['import-candles', '/nowhere.csv', '--timeframe', '5m', '--source', 'x'], 'required option'],
    [['replay', '--from', '2026-13-01', '--to', '2026-03-31'], '"2026-13-01" is not a date'],
    [['replay', '--from', '2026-03-31', '--to', '2026-03-01'], 'would end before it begins'],
    [
      ['replay', '--from', '2026-03-01', '--to', '2026-03-31', '--ticker', '../../etc'],
      '"../../etc" is not a ticker',
    ],
    [['replay', '--from', '2026-03-01', '--to', '2026-03-31', '--ticker', 'ZZZZ'], 'No stored candles match'],
    [['label', 'diff', '1', '9'], 'There is no label version 9'],
    [['relabel', '--label-version', '1', '--because', 'boredom'], '"boredom" is no reason'],
    [['baseline', '--from', '2026-03-31', '--to', '2026-03-01'], 'would end before it begins'],
    [['nonsense'], 'unknown command'],
  ])('says what is wrong with %j and exits 1', async (args, sentence) => {
    const { code, said } = await oracore(...args);

    expect(said).toContain(sentence);
    expect(code).toBe(1);
  });
});
