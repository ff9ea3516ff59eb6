import { describe, expect, test, vi } from 'vitest';
import type { CandleBatch } from '../../../src/app/ports.ts';
import { newYorkDate } from '../../../src/domain/calendar.ts';
import type { Candle } from '../../../src/domain/candle.ts';
import { aCandle, aSession, at, aWalk } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';

const database = withDatabase();
const DAY = aSession('2024-01-02');
const WHOLE_DAY = [{ date: DAY.date, coveredThrough: DAY.close }];

function aBatch(
  ticker: string,
  candles: readonly Candle[],
  overrides: Partial<CandleBatch> = {},
): CandleBatch {
  return { ticker, timeframe: '5m', source: 'yfinance', candles, coverage: [], ...overrides };
}

const store = (batch: CandleBatch) => database.current.stores.candles.store(batch);
const read = (ticker: string) => database.current.stores.candles.read({ ticker, timeframe: '5m' });

async function revisions(ticker: string) {
  const { rows } = await database.current.pool.query(
    `SELECT r.ts, r.before->>'close' AS before, r.after->>'close' AS after
     FROM candle_revisions r JOIN symbols s ON s.id = r.symbol_id WHERE s.ticker = $1 ORDER BY r.id`,
    [ticker],
  );
  return rows;
}

test('candles come back as they went in, oldest first', async () => {
  const candles = aWalk(500).map((candle, index) => (index === 3 ? { ...candle, vwap: 100.123456 } : candle));
  const rounded = (candle: Candle) => Object.values(candle).map((value) => Number((value ?? -1).toFixed(6)));

  const counts = await store(aBatch('WALK', candles));

  expect(counts).toEqual({ inserted: 500, changed: 0, unchanged: 0 });
  expect((await read('WALK')).map(rounded)).toEqual(candles.map(rounded));
});

test('the same batch again changes nothing', async () => {
  await store(aBatch('SAME', aWalk(50)));

  expect(await store(aBatch('SAME', aWalk(50)))).toEqual({ inserted: 0, changed: 0, unchanged: 50 });
});

test('what differs is replaced and counted', async () => {
  const [first, second, third] = aWalk(3) as [Candle, Candle, Candle];
  await store(aBatch('DIFF', [first, second]));

  const counts = await store(aBatch('DIFF', [first, { ...second, close: 99.5 }, third]));

  expect(counts).toEqual({ inserted: 1, changed: 1, unchanged: 1 });
  expect((await read('DIFF'))[1]?.close).toBe(99.5);
});

test('a range is inclusive at both ends, and the newest so many come oldest first', async () => {
  const candles = aWalk(10);
  await store(aBatch('RANGE', candles));
  const { stores } = database.current;
  const series = { ticker: 'RANGE', timeframe: '5m' } as const;
  const opens = (found: readonly Candle[]) => found.map(({ ts }) => ts);
  const all = opens(candles);

  expect(opens(await stores.candles.read(series, { from: all[2] ?? 0, to: all[4] ?? 0 }))).toEqual(
    all.slice(2, 5),
  );
  expect(opens(await stores.candles.read(series, { last: 3 }))).toEqual(all.slice(-3));
  expect(await stores.candles.read({ ticker: 'NOBODY', timeframe: '5m' })).toEqual([]);
});

test('a built candle never replaces a fetched or imported one', async () => {
  const candle = aCandle();
  await store(aBatch('BUILT', [candle], { source: 'kibot' }));

  const counts = await store(aBatch('BUILT', [{ ...candle, close: 99.8 }], { source: 'built:1m' }));

  expect(counts).toEqual({ inserted: 0, changed: 0, unchanged: 1 });
  expect((await read('BUILT'))[0]?.close).toBe(100);
});

test('a fetched candle takes the place of a built one that agrees, without counting as a change', async () => {
  await store(aBatch('FETCHED', [aCandle()], { source: 'built:1m', coverage: WHOLE_DAY }));

  const counts = await store(aBatch('FETCHED', [aCandle()]));

  expect(counts).toEqual({ inserted: 0, changed: 0, unchanged: 1 });
  const { rows } = await database.current.pool.query(
    `SELECT source FROM candles JOIN symbols s ON s.id = symbol_id WHERE s.ticker = 'FETCHED'`,
  );
  expect(rows).toEqual([{ source: 'yfinance' }]);
  expect(await revisions('FETCHED')).toEqual([]);
});

test('what is added or changed inside coverage leaves a revision, what covers it first does not', async () => {
  const [first, second, third] = aWalk(3) as [Candle, Candle, Candle];
  await store(aBatch('REV', [first, third], { coverage: WHOLE_DAY }));
  expect(await revisions('REV')).toEqual([]);

  await store(aBatch('REV', [second, { ...third, close: 98 }], { coverage: WHOLE_DAY }));

  expect(await revisions('REV')).toEqual([
    { ts: new Date(second.ts), before: null, after: second.close.toFixed(6) },
    { ts: new Date(third.ts), before: third.close.toFixed(6), after: '98.000000' },
  ]);
});

test('a candle that closes after what is covered is no revision, and the cut last candle of a session is', async () => {
  const morning = aCandle({ ts: DAY.open });
  const afternoon = aCandle({ ts: DAY.open + 4 * 3_600_000 });
  const fourHours = (candles: Candle[], coveredThrough: number) =>
    store(aBatch('LONG', candles, { timeframe: '4h', coverage: [{ date: DAY.date, coveredThrough }] }));

  await fourHours([], DAY.open + 3 * 3_600_000);
  await fourHours([morning], DAY.close);
  expect(await revisions('LONG')).toEqual([]);

  await fourHours([afternoon], DAY.close);
  expect(await revisions('LONG')).toEqual([
    { ts: new Date(afternoon.ts), before: null, after: '100.000000' },
  ]);
});

// Few candles go along with the statement that merges them, many are copied in ahead of it.
test.each([40, 1200])(
  '%i candles are merged into what is there and covered, each counted and revised once',
  async (count) => {
    const ticker = `BULK${count}`;
    const walk = aWalk(count);
    const days = [...new Set(walk.map(({ ts }) => newYorkDate(ts)))];
    const coverage = days.map((date) => ({ date, coveredThrough: aSession(date).close }));
    const changed = new Map(walk.filter((_, index) => index % 20 === 7).map((candle) => [candle.ts, candle]));
    const later = walk.map((candle) =>
      changed.has(candle.ts) ? { ...candle, volume: candle.volume + 1 } : candle,
    );
    const built = later.map((candle) => ({ ...candle, volume: 1 }));

    const counts = [];
    counts.push(
      await store(
        aBatch(
          ticker,
          walk.filter((_, index) => index % 2 === 1),
          { coverage },
        ),
      ),
    );
    counts.push(await store(aBatch(ticker, later, { coverage })));
    counts.push(await store(aBatch(ticker, built, { source: 'built:1m', coverage })));

    expect(counts).toEqual([
      { inserted: count / 2, changed: 0, unchanged: 0 },
      { inserted: count / 2, changed: changed.size, unchanged: count / 2 - changed.size },
      { inserted: 0, changed: 0, unchanged: count },
    ]);
    expect(await revisions(ticker)).toHaveLength(count / 2 + changed.size);
    expect((await read(ticker)).map(({ volume }) => volume)).toEqual(later.map(({ volume }) => volume));
  },
);

test('history that comes where a session was covered and empty leaves revisions', async () => {
  const walk = aWalk(600);
  await store(
    aBatch('EMPTY', [], { coverage: [{ date: newYorkDate(walk[0]?.ts ?? 0), coveredThrough: DAY.close }] }),
  );

  const counts = await store(aBatch('EMPTY', walk));

  expect(counts).toMatchObject({ inserted: 600 });
  expect((await revisions('EMPTY')).map(({ ts }) => ts.getTime())).toEqual(
    walk.map(({ ts }) => ts).filter((ts) => ts < DAY.close),
  );
});

test('coverage only grows and is read by date', async () => {
  const early = { date: '2024-01-02', coveredThrough: DAY.open + 3_600_000 };
  const next = { date: '2024-01-03', coveredThrough: aSession('2024-01-03').close };
  await store(aBatch('COVER', [], { coverage: [...WHOLE_DAY, next] }));
  await store(aBatch('COVER', [], { coverage: [early] }));
  const { candles } = database.current.stores;
  const series = { ticker: 'COVER', timeframe: '5m' } as const;

  expect(await candles.coverage(series, '2024-01-01', '2024-12-31')).toEqual([...WHOLE_DAY, next]);
  expect(await candles.coverage(series, '2024-01-03', '2024-01-03')).toEqual([next]);
});

test('two that store the same series at once count every candle once', async () => {
  const candles = aWalk(2000);
  await store(aBatch('RACE', candles.slice(0, 1)));

  const counts = await Promise.all([1, 2, 3].map(() => store(aBatch('RACE', candles))));

  const inserted = counts.reduce((sum, each) => sum + each.inserted, 0);
  expect(inserted).toBe(1999);
  expect(counts.every((each) => each.inserted + each.unchanged === 2000)).toBe(true);
});

test('a candle that another program writes meanwhile is merged like any other', async () => {
  const { pool, stores } = database.current;
  const id = await stores.symbols.resolve('FOREIGN');
  const theirs = await pool.connect();
  await theirs.query('BEGIN');
  await theirs.query(`INSERT INTO candles (symbol_id, timeframe, ts, close) VALUES ($1, '5m', $2, 1)`, [
    id,
    new Date(aCandle().ts),
  ]);
  const storing = store(aBatch('FOREIGN', [aCandle()]));
  await vi.waitFor(async () => {
    const waiting = await pool.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    expect(waiting.rowCount).toBe(1);
  });

  await theirs.query('COMMIT');
  theirs.release();

  expect(await storing).toEqual({ inserted: 0, changed: 1, unchanged: 0 });
  expect(await read('FOREIGN')).toEqual([aCandle()]);
});

test('a batch that fails leaves neither candles nor coverage', async () => {
  const broken = { ...aCandle(), close: Number.NaN, volume: 1.5 };

  await expect(store(aBatch('BROKEN', [aCandle(), broken], { coverage: WHOLE_DAY }))).rejects.toThrow();

  expect(await read('BROKEN')).toEqual([]);
  expect(
    await database.current.stores.candles.coverage(
      { ticker: 'BROKEN', timeframe: '5m' },
      '2024-01-01',
      '2024-12-31',
    ),
  ).toEqual([]);
});

test('stored series are named, shortest timeframe first', async () => {
  await store(aBatch('SERIES', [aCandle()], { timeframe: '1h' }));
  await store(aBatch('SERIES', [aCandle()], { timeframe: '15m' }));

  const found = (await database.current.stores.candles.series()).filter(({ ticker }) => ticker === 'SERIES');
  expect(found.map(({ timeframe }) => timeframe)).toEqual(['15m', '1h']);
});

test('a row of another program without a price is no candle', async () => {
  await store(aBatch('HOLES', [aCandle()]));
  await database.current.pool.query(
    `INSERT INTO candles (symbol_id, timeframe, ts, open) SELECT id, '5m', $1, 1 FROM symbols WHERE ticker = 'HOLES'`,
    [new Date(at('2024-01-02T15:00:00Z'))],
  );

  expect(await read('HOLES')).toHaveLength(1);
});

describe('many series at once', () => {
  const candles = () => database.current.stores.candles;

  test('are counted, merged and revised each by itself', async () => {
    const [first, second, third] = aWalk(3) as [Candle, Candle, Candle];
    await store(aBatch('M1', [first], { coverage: WHOLE_DAY }));
    await store(aBatch('M2', [first], { source: 'kibot' }));

    const counts = await candles().storeAll([
      aBatch('M3', [first, second, third], { coverage: WHOLE_DAY }),
      aBatch('M1', [{ ...first, close: 99 }, second]),
      aBatch('M2', [{ ...first, close: 99 }, second], { source: 'built:1m' }),
      aBatch('M4', []),
    ]);

    expect(counts).toEqual([
      { inserted: 3, changed: 0, unchanged: 0 },
      { inserted: 1, changed: 1, unchanged: 0 },
      { inserted: 1, changed: 0, unchanged: 1 },
      { inserted: 0, changed: 0, unchanged: 0 },
    ]);
    expect(await revisions('M1')).toEqual([
      { ts: new Date(first.ts), before: first.close.toFixed(6), after: '99.000000' },
      { ts: new Date(second.ts), before: null, after: second.close.toFixed(6) },
    ]);
    expect([...(await revisions('M2')), ...(await revisions('M3'))]).toEqual([]);
    expect((await read('M2')).map(({ close }) => close.toFixed(6))).toEqual([
      first.close.toFixed(6),
      second.close.toFixed(6),
    ]);
  });

  test('are read in the order asked, each within its bounds', async () => {
    const [first, second, third] = aWalk(3) as [Candle, Candle, Candle];
    await candles().storeAll([
      aBatch('R1', [first, second, third], { coverage: WHOLE_DAY }),
      aBatch('R2', [second]),
    ]);
    const series = (ticker: string) => ({ ticker, timeframe: '5m' }) as const;

    const found = await candles().readAll([
      { ...series('R2'), from: first.ts },
      { ...series('R1'), from: second.ts },
      { ...series('NOBODY'), from: 0 },
      { ...series('R1'), from: first.ts, to: second.ts },
    ]);
    const sessions = { fromDate: '2024-01-01', toDate: '2024-12-31' };
    const coverage = await candles().coverageOf([
      { ...series('NOBODY'), ...sessions },
      { ...series('R2'), ...sessions },
      { ...series('R1'), ...sessions },
    ]);

    const opens = found.map((each) => each.map(({ ts }) => ts));
    expect(opens).toEqual([[second.ts], [second.ts, third.ts], [], [first.ts, second.ts]]);
    expect(found[0]).toEqual(await read('R2'));
    expect(coverage).toEqual([[], [], WHOLE_DAY]);
    expect(await candles().readAll([])).toEqual([]);
  });

  test('are stored together or not at all', async () => {
    const broken = { ...aCandle(), close: 1e15, high: 1e15 };

    const storing = candles().storeAll([aBatch('WHOLE', [aCandle()]), aBatch('OVERFLOW', [broken])]);

    await expect(storing).rejects.toThrow();
    expect(await read('WHOLE')).toEqual([]);
  });

  test('are locked in one order, so that two who store the same never end each other', async () => {
    const walk = aWalk(20);
    const batches = Array.from({ length: 30 }, (_, index) => aBatch(`LOCK${index}`, walk));
    await candles().storeAll(batches);
    const { rows: before } = await database.current.pool.query(
      'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
    );

    const shuffled = [
      batches,
      batches.toReversed(),
      batches.toSorted((a, b) => (a.ticker < b.ticker ? 1 : -1)),
    ];
    const counts = await Promise.all(
      [...shuffled, ...shuffled].map((each, round) =>
        candles().storeAll(
          each.map((batch) => ({ ...batch, candles: walk.map((candle) => ({ ...candle, volume: round })) })),
        ),
      ),
    );

    await database.current.pool.query('SELECT pg_stat_clear_snapshot()');
    const { rows: after } = await database.current.pool.query(
      'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
    );
    expect(counts.flat()).toHaveLength(6 * batches.length);
    expect(after).toEqual(before);
  });
});
