import type { Pool, PoolClient } from 'pg';
import { candleSpans, newYorkDate, sessionsBetween } from '../../src/domain/calendar.ts';
import { defaultHorizons } from '../../src/domain/labels/horizons.ts';

export interface LargeDeskOptions {
  readonly tickers: number;
  /** 5m candles of each ticker. */
  readonly candles: number;
  /** One candle in so many fired a signal. */
  readonly candlesPerSignal: number;
  /** Signals of the last so many sessions still wait for labels. */
  readonly openSessions: number;
  /** The newest so many signals have a card. */
  readonly cards: number;
}

/** A desk after years: names of what is in it, and where its present is. */
export interface LargeDesk {
  readonly ticker: string;
  /** Has a position open. */
  readonly trader: string;
  /** One of the cards that was sent. */
  readonly cardId: number;
  /** Close of the newest candle, epoch ms. */
  readonly now: number;
}

const END = Date.parse('2026-06-30T21:00:00Z');
const DAY = 86_400_000;
const FEATURES = `jsonb_build_object('rsi14', 55.5, 'macd_hist', 0.1, 'atr14', 1.2, 'vwap_dist', 0.01, 'bb_width', 0.02,
  'bb_pct', 0.6, 'rel_vol_20', 1.7, 'trend_sma20_pct', 0.01, 'trend_sma50_pct', 0.02, 'trend_sma200_pct', 0.03,
  'multi_tf_confirmation', 1, 'session_flag', 1, 'vix_level', 20, 'market_regime', 0, 'ret_1', 0.001)`;

/** Fills an empty database with years of many tickers, inside the database and the same each time. */
export async function seedLargeDesk(pool: Pool, options: LargeDeskOptions): Promise<LargeDesk> {
  const sessions = sessionsBetween(END - (Math.ceil(options.candles / 78) * 1.5 + 20) * DAY, END).slice(
    -Math.ceil(options.candles / 77),
  );
  const opens = sessions
    .flatMap((session) => candleSpans(session, '5m'))
    .slice(-options.candles)
    .map(({ ts }) => new Date(ts).toISOString());
  const openFrom = sessions.at(-options.openSessions)?.open ?? END;
  const client = await pool.connect();
  try {
    await client.query('SET statement_timeout = 0');
    await seedMarket(client, { ...options, opens, dates: sessions.map(({ open }) => newYorkDate(open)) });
    await seedSignals(client, { ...options, opens, openFrom: new Date(openFrom).toISOString() });
    const people = await seedPeople(client, options);
    await client.query('RESET statement_timeout');
    await client.query('VACUUM ANALYZE');
    const now = Date.parse(opens.at(-1) ?? '') + 5 * 60_000;
    return { ticker: 'T1', ...people, now };
  } finally {
    client.release();
  }
}

async function seedMarket(
  client: PoolClient,
  { tickers, opens, dates }: LargeDeskOptions & { readonly opens: string[]; readonly dates: string[] },
): Promise<void> {
  await client.query(
    `INSERT INTO symbols (ticker, exchange) SELECT 'T' || n, 'NYSE' FROM generate_series(1, $1::int) n`,
    [tickers],
  );
  await client.query(
    `INSERT INTO candles (symbol_id, timeframe, ts, open, high, low, close, volume, source)
     SELECT s.id, '5m', ts, p, p + 0.4, p - 0.3, p + 0.1, 10000 + n % 5000, 'bench'
     FROM symbols s, unnest($1::timestamptz[]) WITH ORDINALITY AS grid (ts, n),
       LATERAL (SELECT 100 + s.id % 50 + (hashint8extended(n, s.id) & 4095) / 1000.0 AS p) AS price
     ORDER BY s.id, ts`,
    [opens],
  );
  await client.query(
    `INSERT INTO candle_coverage (symbol_id, timeframe, session_date, covered_through)
     SELECT s.id, '5m', d, (d + 1)::timestamptz FROM symbols s, unnest($1::date[]) AS d`,
    [dates],
  );
  await client.query(
    `INSERT INTO watch_requests (symbol_id, timeframe, active, created_by, channel_id, params, last_scanned_ts)
     SELECT id, '5m', true, 'trader-1', 'c', '{"detectors":[],"minScore":0,"sides":["long","short"],"cooldownMinutes":30}', $1
     FROM symbols`,
    [opens.at(-1)],
  );
}

/** Six outcomes each, but for those that still wait; the queue as years of labelling would have left it. */
async function seedSignals(
  client: PoolClient,
  options: LargeDeskOptions & { readonly opens: string[]; readonly openFrom: string },
): Promise<void> {
  await client.query(
    `INSERT INTO detectors (id, version, kind) SELECT 'scale_' || n, '1', 'rule' FROM generate_series(0, 4) n`,
  );
  await client.query(
    `INSERT INTO signals (symbol_id, timeframe, fired_at, side, detector_id, detector_version, score, price_at_signal,
       source_system, origin, feature_version, features)
     SELECT s.id, '5m', ts + interval '5 minutes', (ARRAY['long', 'short'])[1 + n % 2], 'scale_' || n % 5, '1',
       0.5, 100, 'basic_scanner', 'live', 1, ${FEATURES}
     FROM unnest($1::timestamptz[]) WITH ORDINALITY AS grid (ts, n), symbols s
     WHERE (n + s.id) % $2::int = 0 ORDER BY ts`,
    [options.opens, options.candlesPerSignal],
  );
  // The triggers that check and roll up have tests of their own, and would take longer than all the rest.
  await client.query(`SET session_replication_role = replica`);
  await client.query(
    `INSERT INTO outcomes (signal_id, signal_fired_at, horizon_tf, horizon_bars, label_version, ret_close, max_run_up,
       max_drawdown, hit_tp1, hit_tp2, hit_tp3, hit_stop, t_to_tp1, first_barrier, ambiguous, horizon_end_ts)
     SELECT id, fired_at, '5m', bars, 1, 0.0012, 0.012, -0.008, true, false, false, false, interval '10 minutes', 'tp1',
       false, fired_at + bars * interval '5 minutes'
     FROM signals, unnest($1::int[]) AS bars WHERE fired_at < $2 ORDER BY fired_at`,
    [defaultHorizons('5m').map(({ bars }) => bars), options.openFrom],
  );
  await client.query('DELETE FROM label_queue WHERE fired_at < $1', [options.openFrom]);
  await client.query(`SET session_replication_role = origin`);
}

/** Cards of the newest signals, what was decided about them, and a journal of round trips, one fill in seven corrected, whose last is open. */
async function seedPeople(
  client: PoolClient,
  { cards }: LargeDeskOptions,
): Promise<Pick<LargeDesk, 'cardId' | 'trader'>> {
  await client.query(
    `WITH chosen AS (SELECT * FROM signals ORDER BY fired_at DESC LIMIT $1), made AS (
       INSERT INTO cards (symbol_id, timeframe, fired_at, side, channel_id, state, closed_at)
       SELECT symbol_id, timeframe, fired_at, side, 'c', 'sent', fired_at + interval '1 day' FROM chosen
       RETURNING id, symbol_id, fired_at, side
     )
     INSERT INTO alerts (signal_id, signal_fired_at, card_id, payload, delivered)
     SELECT c.id, c.fired_at, m.id, '{"levels": {}}', true
     FROM chosen c JOIN made m USING (symbol_id, fired_at, side)`,
    [cards],
  );
  await client.query(
    `INSERT INTO decisions (signal_id, signal_fired_at, card_id, decided_at, action, decided_by)
     SELECT signal_id, signal_fired_at, card_id, signal_fired_at + interval '1 minute',
       (ARRAY['enter', 'ignore', 'watch'])[1 + signal_id % 3], 'trader-' || signal_id % 3 FROM alerts`,
  );
  await client.query(
    `INSERT INTO outbox (key, channel_id, content, state) SELECT 'k' || n, 'c', '{"kind":"alarm"}', 'sent' FROM generate_series(1, $1::int) n`,
    [cards],
  );
  await client.query(
    `WITH made AS (
       INSERT INTO orders (symbol_id, side, qty, trader_id, submitted_at, status)
       SELECT s.id, CASE WHEN n % 2 = 0 THEN 'buy' ELSE 'sell' END, 10, 'trader-' || n / 2 % 20,
         '2026-01-01'::timestamptz + n * interval '1 minute', 'filled'
       FROM generate_series(0, $1::int) n JOIN symbols s ON s.id = 1 + n / 2 % (SELECT count(*) FROM symbols)
       RETURNING id, side, submitted_at
     )
     INSERT INTO executions (order_id, filled_at, qty, price, tag)
     SELECT id, submitted_at, 10, 100, CASE side WHEN 'buy' THEN 'ENTRY' ELSE 'EXIT' END FROM made`,
    [2 * Math.ceil(cards / 4)],
  );
  await client.query(
    `WITH voided AS (
       UPDATE executions SET voided_at = filled_at, voided_by = 'trader-1' WHERE id % 7 = 0
       RETURNING id, order_id, filled_at, qty, tag
     )
     INSERT INTO executions (order_id, filled_at, qty, price, tag, replaces_id)
     SELECT order_id, filled_at, qty, 100.5, tag, id FROM voided`,
  );
  const { rows } = await client.query<{ cardId: number; trader: string }>(
    `SELECT (SELECT max(id) FROM cards)::int AS "cardId", (SELECT trader_id FROM orders ORDER BY id DESC LIMIT 1) AS trader`,
  );
  if (rows[0] === undefined) throw new Error('a SELECT without FROM answers one row');
  return rows[0];
}
