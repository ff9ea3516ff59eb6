import { describe, expect, it } from 'vitest';
import { type ImportCandlesInput, importCandles } from '../../../src/app/candles/import-candles.ts';
import type { Timeframe } from '../../../src/domain/timeframe.ts';
import { aRow, aSession, at, aWalk } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';
import { quiet } from '../../support/quiet-log.ts';
import { readRows } from '../../support/recorded.ts';
import { aSettings } from '../../support/settings.ts';
import { sharedData } from '../../support/shared-data.ts';

const database = withDatabase();
const NOW = at('2026-11-22T12:00:00Z');

const load = (overrides: Partial<ImportCandlesInput> = {}) =>
  importCandles(
    { stores: database.current.stores, log: quiet, settings: aSettings() },
    { ticker: 'AAA', timeframe: '5m', source: 'test', rows: aWalk(78), now: NOW, ...overrides },
  );
const read = (ticker: string, timeframe: Timeframe) =>
  database.current.stores.candles.read({ ticker, timeframe });
const rows = async (sql: string, values: unknown[] = []) =>
  (await database.current.pool.query(sql, values)).rows;

describe('importing candles', () => {
  it('stores them under the name of their source, builds the larger timeframes, and covers their sessions', async () => {
    const candles = aWalk(78 + 40);

    const result = await load({ rows: candles });

    expect(result).toMatchObject({ inserted: 118, changed: 0, unchanged: 0, rejected: {}, sessions: 2 });
    expect(result.built).toEqual(['15m', '1h', '4h', '5h', '1d']);
    expect((await read('AAA', '5m')).map(({ ts, volume }) => [ts, volume])).toEqual(
      candles.map(({ ts, volume }) => [ts, volume]),
    );
    expect(await read('AAA', '4h')).toHaveLength(3);
    const sources = await rows('SELECT DISTINCT source, timeframe FROM candles ORDER BY 1, 2');
    expect(sources.map(({ source, timeframe }) => `${timeframe} ${source}`)).toEqual([
      '15m built:5m',
      '1d built:5m',
      '1h built:5m',
      '4h built:5m',
      '5h built:5m',
      '5m test',
    ]);
    const coverage = await database.current.stores.candles.coverage(
      { ticker: 'AAA', timeframe: '5m' },
      '2024-01-01',
      '2024-12-31',
    );
    expect(coverage).toEqual(
      ['2024-01-02', '2024-01-03'].map((date) => ({ date, coveredThrough: aSession(date).close })),
    );
  });

  it('changes nothing the second time', async () => {
    const candles = aWalk(78);
    await load({ ticker: 'TWICE', rows: candles });

    const again = await load({ ticker: 'TWICE', rows: candles });

    expect(again).toMatchObject({ inserted: 0, changed: 0, unchanged: 78 });
    expect(await rows('SELECT FROM candle_revisions')).toEqual([]);
  });

  it('turns bad rows away, says why, and keeps the counts with the run', async () => {
    const [first, second, third, ...others] = aWalk(78);
    if (first === undefined || second === undefined || third === undefined) throw new Error('no walk');
    const bad = [
      { ...first, close: null },
      { ...second, high: second.low - 1 },
      { ...third, volume: -1 },
      aRow({ ts: third.ts + 1000 }),
      aRow({ ts: at('2024-01-02T13:00:00Z') }),
      ...others,
      ...others.slice(0, 2),
    ];

    const result = await load({ ticker: 'BAD', rows: bad });

    const rejected = {
      null_value: 1,
      high_below_low: 1,
      negative_volume: 1,
      off_grid: 1,
      out_of_session: 1,
      duplicate: 2,
    };
    expect(result).toMatchObject({ inserted: 75, rejected });
    expect(await database.current.stores.runs.rejectedSince(NOW)).toEqual(rejected);
    expect((await database.current.stores.runs.latest('import'))?.counts).toMatchObject({ inserted: 75 });
  });

  it('builds also what another program had stored of the session before the file begins', async () => {
    const candles = aWalk(78);
    const symbol = await database.current.stores.symbols.resolve('PART');
    for (const { ts, open, high, low, close, volume } of candles.slice(0, 12))
      await rows(
        `INSERT INTO candles (symbol_id, timeframe, ts, open, high, low, close, volume)
         VALUES ($1, '5m', $2, $3, $4, $5, $6, $7)`,
        [symbol, new Date(ts), open, high, low, close, volume],
      );

    await load({ ticker: 'PART', rows: candles.slice(12) });

    expect(await read('PART', '15m')).toHaveLength(26);
  });

  it('covers a running session only as far as the file reaches', async () => {
    const candles = aWalk(20, { date: '2026-11-20' });
    const now = at('2026-11-20T16:30:00Z');

    await load({ ticker: 'TODAY', rows: candles, now });

    const series = { ticker: 'TODAY', timeframe: '5m' } as const;
    expect(await database.current.stores.candles.coverage(series, '2026-11-20', '2026-11-20')).toEqual([
      { date: '2026-11-20', coveredThrough: at('2026-11-20T16:10:00Z') },
    ]);
    expect(await read('TODAY', '1h'), 'the hour from 10:30 is not whole').toHaveLength(1);
    expect(await read('TODAY', '1d')).toEqual([]);
  });

  it.each([
    ['1m', ['5m', '15m', '1h', '4h', '5h', '1d']],
    ['1h', ['4h', '5h', '1d']],
    ['4h', ['1d']],
    ['1d', []],
  ] as const)('builds from %s what whole candles of it make up', async (timeframe, built) => {
    const result = await load({
      ticker: `T${timeframe.toUpperCase()}`,
      timeframe,
      rows: aWalk(14, { timeframe }),
    });

    expect(result.built).toEqual(built);
  });

  it('refuses rows of which none is a candle, and writes nothing', async () => {
    const attempt = load({ ticker: 'NONE', rows: [aRow({ ts: at('2024-01-06T15:00:00Z') })] });

    await expect(attempt).rejects.toMatchObject({
      code: 'bad_input',
      message: 'No row of the file is a 5m candle: {"out_of_session":1}.',
    });
    expect(await rows(`SELECT FROM symbols WHERE ticker = 'NONE'`)).toEqual([]);
  });

  it.each(['built:5m', 'built', '', '../etc', 'a b', 'x'.repeat(41)])(
    'refuses "%s" as the name of a source',
    async (source) => {
      await expect(load({ source })).rejects.toMatchObject({ code: 'bad_input' });
    },
  );

  it.each(['../../etc', '', 'A'.repeat(200), "AAPL'; DROP TABLE candles"])(
    'refuses the ticker "%s"',
    async (ticker) => {
      await expect(load({ ticker })).rejects.toMatchObject({ code: 'bad_input' });
    },
  );

  it('refuses a timeframe that does not exist', async () => {
    await expect(load({ timeframe: '2m' })).rejects.toMatchObject({
      code: 'bad_input',
      message: expect.stringContaining('"2m" is not a timeframe'),
    });
  });
});

const thin = sharedData('marketdata-1m-2024/AZO_1m_2024-02-20_2024-07-12.csv.gz');
describe.skipIf(thin === null)('importing a thinly traded ticker (needs recorded candles)', () => {
  it('keeps the regular minutes, counts the others, and covers every session, the half day too', async () => {
    const result = await load({
      ticker: 'AZO',
      timeframe: '1m',
      source: 'blaizard',
      rows: readRows(thin ?? ''),
    });

    expect(result).toMatchObject({
      inserted: 38_820 - 28_338,
      sessions: 100,
      rejected: { out_of_session: 142 },
    });
    const half = aSession('2024-07-03');
    const series = { ticker: 'AZO', timeframe: '1m' } as const;
    expect(await database.current.stores.candles.coverage(series, half.date, half.date)).toEqual([
      { date: half.date, coveredThrough: half.close },
    ]);
  });
});
