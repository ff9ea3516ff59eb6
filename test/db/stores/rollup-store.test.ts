import { Decimal } from 'decimal.js';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DecidedCards } from '../../../src/domain/decision-stats.ts';
import { withDatabase } from '../../support/database.ts';
import { seedHistory } from '../../support/history.ts';

const database = withDatabase();
const rollups = () => database.current.stores.rollups;
const rows = async (sql: string, values: unknown[] = []) =>
  (await database.current.pool.query(sql, values)).rows;
const NOON = '2025-01-02T17:00:00Z';

beforeAll(async () => {
  await seedHistory(database.current.pool, { signals: 9000, signalsPerCard: 9, horizons: [5, 20] });
  await rollups().refresh();
});

const FILTER = { labelVersion: 1, horizonBars: 20, origins: ['live', 'replay'] as const };

describe('the days of outcomes', () => {
  /** Straight from the rows, with no roll-up in between. */
  const plain = () =>
    rows(
      `SELECT (s.fired_at AT TIME ZONE 'America/New_York')::date::text AS day, s.detector_id AS "detectorId",
         s.detector_version AS "detectorVersion", s.timeframe, s.side, count(*)::float8 AS n,
         sum((o.first_barrier = 'tp1')::int)::float8 AS "tp1First", sum((o.first_barrier = 'stop')::int)::float8 AS "stopFirst",
         sum(o.ambiguous::int)::float8 AS ambiguous, sum(o.hit_tp1::int)::float8 AS "hitTp1",
         coalesce(sum(extract(epoch FROM o.t_to_tp1)), 0)::float8 AS "secondsToTp1", sum(o.ret_close)::float8 AS "retClose",
         sum(o.max_run_up)::float8 AS "maxRunUp", sum(o.max_drawdown)::float8 AS "maxDrawdown",
         0::float8 AS "invalidEntry", 0::float8 AS "dataMissing"
       FROM outcomes o JOIN signals s ON s.id = o.signal_id AND s.fired_at = o.signal_fired_at
       WHERE o.horizon_bars = 20 AND o.label_version = 1
       GROUP BY 1, 2, 3, 4, 5 ORDER BY 2, 3, 4, 5, 1`,
    );

  it('are what plain SQL says of the same rows', async () => {
    const found = await rollups().outcomeDays(FILTER);

    expect(found.length).toBeGreaterThan(20);
    expect(found).toEqual(await plain());
  });

  it('begin and end at midnight in New York', async () => {
    const found = await rollups().outcomeDays(FILTER);

    expect(found[0]?.day, 'the first signals are in the evening of the day before').toBe('2024-12-31');
  });

  it('follow a label that comes later and one that is withdrawn', async () => {
    await rows(
      `INSERT INTO outcomes (signal_id, signal_fired_at, horizon_tf, horizon_bars, ret_close, hit_tp1, hit_stop, first_barrier, max_run_up, max_drawdown, ambiguous)
       SELECT id, fired_at, '5m', 20, 0.01, false, false, 'none', 0.01, -0.01, false FROM signals WHERE id % 11 = 0 AND fired_at < $1`,
      [NOON],
    );
    await rows(`DELETE FROM outcomes WHERE signal_fired_at > $1 AND signal_id % 17 = 0`, [NOON]);

    const days = await rollups().refresh();

    expect(days).toBeGreaterThan(0);
    expect(await rollups().outcomeDays(FILTER)).toEqual(await plain());
    expect(await rollups().refresh(), 'nothing is left to do').toBe(0);
  });
});

describe('the days of cards', () => {
  const summed = (found: readonly DecidedCards[], keep: (row: DecidedCards) => boolean) => {
    const own = found.filter(keep);
    const total = (of: (row: DecidedCards) => number) =>
      own.reduce((sum, row) => sum.plus(of(row).toFixed(6)), new Decimal(0)).toNumber();
    return {
      cards: total(({ cards }) => cards),
      labelled: total(({ labelled }) => labelled),
      won: total(({ won }) => won),
      r: total(({ gainR }) => gainR) + total(({ lossR }) => lossR),
    };
  };
  const R = `CASE o.first_barrier WHEN 'tp1' THEN 1.5 WHEN 'stop' THEN -1
    ELSE o.ret_close * 100 * CASE s.side WHEN 'long' THEN 1 ELSE -1 END END`;

  it('count each shown card once for the team, by its strongest answer', async () => {
    const found = await rollups().cardSums({ ...FILTER, from: null });

    const plain = await rows(
      `WITH judged AS (
         SELECT c.id, ${R} AS r,
           CASE WHEN bool_or(d.action = 'enter') THEN 'enter' WHEN bool_or(d.action = 'ignore') THEN 'ignore'
             WHEN bool_or(d.action = 'watch') THEN 'watch' WHEN bool_or(d.action = 'snooze') THEN 'snooze' ELSE 'none' END AS answer
         FROM cards c JOIN alerts a ON a.card_id = c.id JOIN signals s ON s.id = a.signal_id
         LEFT JOIN decisions d ON d.card_id = c.id
         LEFT JOIN outcomes o ON o.signal_id = s.id AND o.horizon_bars = 20
         WHERE c.state = 'sent' GROUP BY c.id, 2
       )
       SELECT answer, count(*)::int AS cards, count(r)::int AS labelled, (count(*) FILTER (WHERE r > 0))::int AS won,
         coalesce(sum(r), 0)::float8 AS r
       FROM judged GROUP BY answer ORDER BY answer`,
    );
    const ours = ['enter', 'ignore', 'none', 'snooze', 'watch'].map((answer) => ({
      answer,
      ...summed(found, (row) => row.person === '' && row.answer === answer),
    }));

    expect(plain.length).toBe(5);
    expect(ours).toEqual(plain.map((row) => ({ ...row, r: expect.closeTo(row.r, 6) })));
  });

  it('keep what each person did, why, how fast, and how far the price had gone', async () => {
    const found = await rollups().cardSums({ ...FILTER, from: null });

    const [plain] = await rows(
      `SELECT count(*)::int AS clicks, avg(CASE s.side WHEN 'long' THEN 5 ELSE -5 END)::float8 AS bps,
         count(*) FILTER (WHERE d.latency_ms < 30000)::int AS fast
       FROM decisions d JOIN cards c ON c.id = d.card_id JOIN signals s ON s.id = d.signal_id
       WHERE d.decided_by = 'u2' AND d.action = 'enter' AND c.state = 'sent'`,
    );
    const own = found.filter(({ person, answer }) => person === 'u2' && answer === 'enter');
    const clicks = own.reduce((sum, row) => sum + row.clicks, 0);

    expect(clicks).toBe(plain?.clicks);
    expect(own.reduce((sum, row) => sum + row.clickBps, 0) / clicks).toBeCloseTo(plain?.bps, 6);
    expect(own.filter(({ latency }) => latency === 0).reduce((sum, row) => sum + row.cards, 0)).toBe(
      plain?.fast,
    );
    expect(
      new Set(
        found
          .filter(({ answer }) => answer === 'ignore')
          .map(({ reason, person }) => [reason, person === ''].join()),
      ),
    ).toEqual(new Set(['spread,false', ',true']));
  });

  it('take the last word of a person who changed his mind, and the fill once there is one', async () => {
    const [entered] = await rows(
      `SELECT d.card_id, d.signal_id, d.signal_fired_at, s.side, s.symbol_id FROM decisions d JOIN signals s ON s.id = d.signal_id
       JOIN cards c ON c.id = d.card_id WHERE d.decided_by = 'u1' AND d.action = 'enter' AND c.state = 'sent' AND s.side = 'short' LIMIT 1`,
    );
    const fillsOf = async () =>
      (await rollups().cardSums({ ...FILTER, from: null })).reduce(
        (sum, { fills, fillBps }) => ({ n: sum.n + fills, bps: sum.bps + fillBps }),
        { n: 0, bps: 0 },
      );
    await rows(
      `WITH o AS (INSERT INTO orders (symbol_id, signal_id, side, trader_id) VALUES ($1, $2, 'short', 'u1') RETURNING id)
       INSERT INTO executions (order_id, filled_at, qty, price) SELECT id, now(), 10, 99.9 FROM o`,
      [entered?.symbol_id, entered?.signal_id],
    );
    await rollups().refresh();
    const filled = await fillsOf();
    await rows(
      `INSERT INTO decisions (signal_id, card_id, decided_at, action, decided_by) VALUES ($1, $2, now(), 'ignore', 'u1')`,
      [entered?.signal_id, entered?.card_id],
    );
    await rollups().refresh();

    expect(filled, 'sold short ten basis points below the alert').toEqual({ n: 1, bps: 10 });
    expect(await fillsOf()).toEqual({ n: 0, bps: 0 });
  });

  it('look back no further than asked', async () => {
    const all = await rollups().cardSums({ ...FILTER, from: null });
    const late = await rollups().cardSums({ ...FILTER, from: '2025-01-02' });

    const cards = (found: readonly DecidedCards[]) => summed(found, ({ person }) => person === '').cards;
    expect(cards(late)).toBeGreaterThan(0);
    expect(cards(late)).toBeLessThan(cards(all));
  });
});
