import { Decimal } from 'decimal.js';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DecidedCards } from '../../../src/domain/decision-stats.ts';
import { type RateCells, totalOf } from '../../../src/domain/lift.ts';
import { withDatabase } from '../../support/database.ts';
import { seedHistory } from '../../support/history.ts';
import { aNewFill } from '../../support/journal.ts';
import { FILLED_AT } from '../../support/ledger.ts';

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

/** Cells in the order of day and stratum, those of several origins added up. */
function inOrder(cells: RateCells) {
  const sums = new Map<string, { day: string; stratum: number; n: number; hits: number }>();
  for (let at = 0; at < cells.length; at += 4) {
    const [days = 0, stratum = 0, n = 0, hits = 0] = cells.subarray(at);
    const day = new Date(days * 86_400_000).toISOString().slice(0, 10);
    const sum = sums.get(`${day} ${stratum}`) ?? { day, stratum, n: 0, hits: 0 };
    sums.set(`${day} ${stratum}`, { ...sum, n: sum.n + n, hits: sum.hits + hits });
  }
  return [...sums.values()].toSorted((a, b) => a.day.localeCompare(b.day) || a.stratum - b.stratum);
}

/** Of a row with `features`, as ADR 23 has it. */
const STRATUM = `CASE WHEN (features->>'minutes_since_open')::int <= 60 THEN 10000
  WHEN (features->>'minutes_since_open')::int > 330 THEN 30000 ELSE 20000 END
  + coalesce(floor(log(2, (features->>'realized_vol_20')::numeric))::int, 5000)`;
const HIT = `coalesce(first_barrier = 'tp1', hit_tp1 AND (NOT hit_stop OR t_to_tp1 < t_to_stop))`;
const IN_DAYS = `json_agg(json_build_object('day', day, 'stratum', stratum, 'n', n, 'hits', hits) ORDER BY day, stratum)`;

describe('the days of outcomes', () => {
  /** Straight from the rows, with no roll-up in between. */
  const plain = (horizonBars: number) =>
    rows(
      `WITH measured AS (
         SELECT s.*, o.*, ${HIT} AS hit, (s.fired_at AT TIME ZONE 'America/New_York')::date::text AS day, ${STRATUM} AS stratum
         FROM outcomes o JOIN signals s ON s.id = o.signal_id AND s.fired_at = o.signal_fired_at
         WHERE o.horizon_bars = $1 AND o.label_version = 1 AND s.origin IN ('live', 'replay')
       ), cells AS (
         SELECT detector_id, detector_version, timeframe, side, ${IN_DAYS} AS cells
         FROM (SELECT detector_id, detector_version, timeframe, side, day, stratum, count(*) AS n, sum(hit::int) AS hits
               FROM measured GROUP BY 1, 2, 3, 4, 5, 6) c
         GROUP BY 1, 2, 3, 4
       )
       SELECT detector_id AS "detectorId", detector_version AS "detectorVersion", timeframe, side, count(*)::float8 AS n,
         sum(hit::int)::float8 AS "tp1First", sum(hit_tp1::int)::float8 AS "hitTp1",
         coalesce(sum(extract(epoch FROM t_to_tp1)) FILTER (WHERE hit_tp1), 0)::float8 AS "secondsToTp1",
         sum(ret_close)::float8 AS "retClose", sum(max_run_up)::float8 AS "maxRunUp",
         sum(max_drawdown)::float8 AS "maxDrawdown", count(*)::float8 AS "withR",
         sum(CASE WHEN hit THEN 1.5 WHEN hit_stop THEN -1 ELSE ret_close * CASE side WHEN 'long' THEN 100 ELSE -100 END END)::float8 AS "sumR",
         0::float8 AS "gappedAway", percentile_cont(0.5) WITHIN GROUP (ORDER BY ret_close::float8) AS "medianReturn",
         (array_agg(cells.cells))[1] AS cells
       FROM measured JOIN cells USING (detector_id, detector_version, timeframe, side)
       GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`,
      [horizonBars],
    );
  const expectPlain = async (horizonBars = 20) => {
    const found = await rollups().detectorSums({ ...FILTER, horizonBars });
    const expected = await plain(horizonBars);
    expect(expected.length, 'five detectors, two sides').toBe(10);
    expect(found.map(({ cells, ...sums }) => ({ ...sums, cells: inOrder(cells) }))).toEqual(
      expected.map((row) => ({ ...row, medianReturn: expect.closeTo(row.medianReturn, 12) })),
    );
  };

  it('are what plain SQL says of the same rows, the median too', async () => {
    await expectPlain();
  });

  it('begin and end at midnight in New York', async () => {
    const [found] = await rollups().detectorSums(FILTER);

    expect(
      inOrder(found?.cells ?? new Int32Array())[0]?.day,
      'the first signals are in the evening of the day before',
    ).toBe('2024-12-31');
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
    await expectPlain();
    expect(await rollups().refresh(), 'nothing is left to do').toBe(0);
  });

  it('read touch times where another program says no first barrier', async () => {
    await rows(
      `WITH gone AS (DELETE FROM outcomes WHERE hit_tp1 AND signal_id % 2 = 0 RETURNING *)
       INSERT INTO outcomes (signal_id, signal_fired_at, horizon_tf, horizon_bars, ret_close, max_run_up, max_drawdown, hit_tp1, hit_stop, t_to_tp1, t_to_stop)
       SELECT signal_id, signal_fired_at, horizon_tf, horizon_bars + 100, ret_close, max_run_up, max_drawdown, true, true, t_to_tp1,
         interval '1 minute' * (signal_id % 20) FROM gone`,
    );
    await rollups().refresh();

    await expectPlain(120);
  });

  it('are chosen by detector and timeframe', async () => {
    const chosen = await rollups().detectorSums({ ...FILTER, detectorId: 'seed_2', timeframe: '5m' });

    expect(chosen.map(({ detectorId, side }) => [detectorId, side])).toEqual([
      ['seed_2', 'long'],
      ['seed_2', 'short'],
    ]);
    expect(await rollups().detectorSums({ ...FILTER, timeframe: '1h' })).toEqual([]);
    expect(await rollups().detectorSums({ ...FILTER, horizonBars: 60 })).toEqual([]);
    expect(await rollups().detectorSums({ ...FILTER, origins: ['sandbox'] })).toEqual([]);
  });

  it('give R by the stop of the label version: its own return over the distance in ATR', async () => {
    await rows(
      `INSERT INTO outcomes (signal_id, signal_fired_at, horizon_tf, horizon_bars, label_version, ret_close, hit_tp1,
         hit_stop, first_barrier, entry_price, ret_worst, ret_best)
       SELECT id, fired_at, '5m', 20, 2, 0.001, false, true, 'stop', 101, -0.006, -0.006
       FROM signals WHERE detector_id = 'seed_0' AND side = 'long' ORDER BY id LIMIT 3`,
    );
    await rollups().refresh();

    const [only, ...others] = await rollups().detectorSums({ ...FILTER, labelVersion: 2 });

    expect(others).toEqual([]);
    expect(only, '3 x 0.006 x 101 USD over an ATR of 0.5 USD').toMatchObject({
      n: 3,
      withR: 3,
      sumR: -3.636,
    });
  });
});

describe('the days of random moments', () => {
  const plain = () =>
    rows(
      `SELECT timeframe, side, ${IN_DAYS} AS cells
       FROM (SELECT b.timeframe, o.side, (b.closed_at AT TIME ZONE 'America/New_York')::date::text AS day, ${STRATUM} AS stratum,
               count(*) AS n, sum((${HIT})::int) AS hits
             FROM baselines b JOIN baseline_outcomes o ON o.baseline_id = b.id
             WHERE o.horizon_bars = 20 AND o.label_version = 1 AND NOT b.near_signal GROUP BY 1, 2, 3, 4) c
       GROUP BY 1, 2 ORDER BY 1, 2`,
    );
  const expectPlain = async () => {
    await rollups().refresh();
    const found = await rollups().baselineSums(FILTER);
    expect(found.map(({ cells, ...sums }) => ({ ...sums, cells: inOrder(cells) }))).toEqual(await plain());
    return found.reduce((sum, { cells }) => sum + totalOf(cells).n, 0);
  };

  it('are what plain SQL says, and follow a mark, a withdrawal and a deletion', async () => {
    const before = await expectPlain();
    await rows('UPDATE baselines SET near_signal = true WHERE id % 5 = 0');
    const marked = await expectPlain();
    await rows('DELETE FROM baseline_outcomes WHERE baseline_id % 7 = 0');
    const withdrawn = await expectPlain();
    await rows('DELETE FROM baselines WHERE id % 11 = 0');
    const deleted = await expectPlain();

    expect(before).toBeGreaterThan(500);
    expect([before, marked, withdrawn, deleted]).toEqual([...new Set([before, marked, withdrawn, deleted])]);
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

  const fillsOf = async () =>
    (await rollups().cardSums({ ...FILTER, from: null })).reduce(
      (sum, { fills, fillBps }) => ({ n: sum.n + fills, bps: sum.bps + fillBps }),
      { n: 0, bps: 0 },
    );

  /** Against the rows themselves. @returns the total R of the team's answers. */
  const expectPlainTeam = async () => {
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
    return plain.reduce((sum, { r }) => sum + r, 0);
  };

  it('count each shown card once for the team, by its strongest answer', async () => {
    await expectPlainTeam();
  });

  it('follow an outcome that is labelled anew after its day was rolled up', async () => {
    const before = await expectPlainTeam();
    await rows(
      `WITH gone AS (DELETE FROM outcomes WHERE horizon_bars = 20 AND first_barrier = 'none' AND signal_id % 3 = 0 RETURNING *)
       INSERT INTO outcomes (signal_id, signal_fired_at, horizon_tf, horizon_bars, ret_close, max_run_up, max_drawdown, hit_tp1, hit_stop, first_barrier)
       SELECT signal_id, signal_fired_at, horizon_tf, horizon_bars, -0.01, 0, -0.01, false, true, 'stop' FROM gone`,
    );

    expect(await rollups().refresh()).toBeGreaterThan(0);

    expect(await expectPlainTeam(), 'some are stops now').not.toBeCloseTo(before, 3);
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

  it('follow a fill that is corrected, then voided, after its day was rolled up', async () => {
    const { journal } = database.current.stores;
    const plain = () =>
      rows(
        `SELECT count(*)::int AS n, coalesce(sum((f.price - 100) * 100 * CASE s.side WHEN 'short' THEN -1 ELSE 1 END), 0)::float8 AS bps
         FROM (SELECT o.signal_id, o.trader_id, sum(e.qty * e.price) / sum(e.qty) AS price
               FROM orders o JOIN executions e ON e.order_id = o.id
               WHERE e.voided_at IS NULL AND o.side IN ('buy', 'short') GROUP BY 1, 2) f
         JOIN signals s ON s.id = f.signal_id
         JOIN LATERAL (SELECT action FROM decisions d WHERE d.signal_id = s.id AND d.decided_by = f.trader_id
                       ORDER BY decided_at DESC LIMIT 1) last ON last.action = 'enter'`,
      );
    const [entered] = await rows(
      `SELECT d.signal_id::int AS id FROM decisions d JOIN signals s ON s.id = d.signal_id JOIN cards c ON c.id = d.card_id
       WHERE d.decided_by = 'u2' AND d.action = 'enter' AND c.state = 'sent' AND s.side = 'long' LIMIT 1`,
    );
    const write = async (price: string | null, replaced: number | null) => {
      const ofCard = { ticker: 'HIST', signalId: entered?.id ?? 0 };
      const { fills } = await journal.change(
        { traderId: 'u2', tickers: ['HIST'], interactionId: `fill-${price}`, now: FILLED_AT },
        () => ({
          add:
            price === null ? [] : [aNewFill({ ...ofCard, price, ...(replaced && { replacesId: replaced }) })],
          voids: replaced === null ? [] : [{ id: replaced, reason: 'typed wrongly' }],
          audit: { action: 'test', target: 'HIST', details: {} },
        }),
      );
      expect(await rollups().refresh(), 'the day was noted').toBe(1);
      const found = await fillsOf();
      expect([found]).toEqual(await plain());
      return { id: fills[0]?.id ?? 0, ...found };
    };

    const typed = await write('100.2', null);
    const corrected = await write('100.1', typed.id);
    const voided = await write(null, corrected.id);

    expect([typed, corrected, voided].map(({ n, bps }) => [n, bps])).toEqual([
      [1, 20],
      [1, 10],
      [0, 0],
    ]);
  });

  it('look back no further than asked', async () => {
    const all = await rollups().cardSums({ ...FILTER, from: null });
    const late = await rollups().cardSums({ ...FILTER, from: '2025-01-02' });

    const cards = (found: readonly DecidedCards[]) => summed(found, ({ person }) => person === '').cards;
    expect(cards(late)).toBeGreaterThan(0);
    expect(cards(late)).toBeLessThan(cards(all));
  });
});
