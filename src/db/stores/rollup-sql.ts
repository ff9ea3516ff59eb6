import { type SQL, sql } from 'drizzle-orm';

/** First moment of a New York day. */
function startOf(day: SQL): SQL {
  return sql`((${day})::timestamp AT TIME ZONE 'America/New_York')`;
}

function during(moment: SQL, day: string): SQL {
  const date = sql`${day}::date`;
  return sql`${moment} >= ${startOf(date)} AND ${moment} < ${startOf(sql`${date} + 1`)}`;
}

/** TP1 came before the stop. A row of another program says no first barrier: its touch times do. */
export const TP1_FIRST = sql`coalesce(o.first_barrier = 'tp1', o.hit_tp1 AND (NOT o.hit_stop OR o.t_to_tp1 < o.t_to_stop))`;
const STOP_FIRST = sql`coalesce(o.first_barrier = 'stop', o.hit_stop AND NOT ${TP1_FIRST})`;
const MEASURED = sql`o.ret_close IS NOT NULL AND o.state = 'resolved'`;

/** Sums up the outcomes of the signals of one day. */
export function rollUpOutcomes(day: string): SQL {
  return sql`
    INSERT INTO outcome_days (day, origin, detector_id, detector_version, timeframe, side, horizon_tf, horizon_bars,
      label_version, n, tp1_first, stop_first, ambiguous, hit_tp1, seconds_to_tp1, ret_close, max_run_up, max_drawdown,
      invalid_entry, data_missing)
    SELECT ${day}::date, s.origin, s.detector_id, s.detector_version, s.timeframe, s.side, o.horizon_tf, o.horizon_bars,
      o.label_version,
      count(*) FILTER (WHERE ${MEASURED}),
      count(*) FILTER (WHERE ${MEASURED} AND ${TP1_FIRST}),
      count(*) FILTER (WHERE ${MEASURED} AND ${STOP_FIRST}),
      count(*) FILTER (WHERE ${MEASURED} AND o.ambiguous),
      count(*) FILTER (WHERE ${MEASURED} AND o.hit_tp1),
      coalesce(sum(extract(epoch FROM o.t_to_tp1)) FILTER (WHERE ${MEASURED} AND o.hit_tp1), 0),
      coalesce(sum(o.ret_close) FILTER (WHERE ${MEASURED}), 0),
      coalesce(sum(o.max_run_up) FILTER (WHERE ${MEASURED}), 0),
      coalesce(sum(o.max_drawdown) FILTER (WHERE ${MEASURED}), 0),
      count(*) FILTER (WHERE o.state = 'invalid_entry'),
      count(*) FILTER (WHERE o.state = 'data_missing')
    FROM outcomes o
    JOIN signals s ON s.id = o.signal_id AND s.fired_at = o.signal_fired_at
    WHERE ${during(sql`o.signal_fired_at`, day)} AND ${during(sql`s.fired_at`, day)} AND s.side IS NOT NULL
    GROUP BY s.origin, s.detector_id, s.detector_version, s.timeframe, s.side, o.horizon_tf, o.horizon_bars, o.label_version`;
}

/** R of a plan that leaves at TP1 (+1.5), at the stop (-1), or at the horizon's end, in units of the 1 % stop. */
const PLAN_R = sql`CASE WHEN ${TP1_FIRST} THEN 1.5 WHEN ${STOP_FIRST} THEN -1
  ELSE round(o.ret_close / 0.01 * CASE c.side WHEN 'short' THEN -1 ELSE 1 END, 6) END`;

const LATENCY = sql`CASE WHEN latency_ms IS NULL THEN -1 WHEN latency_ms < 30000 THEN 0
  WHEN latency_ms < 120000 THEN 1 WHEN latency_ms < 600000 THEN 2 ELSE 3 END`;

/** How much worse than the alert's price another is for who enters, basis points. */
function worse(than: SQL): SQL {
  return sql`round((${than} - c.price) / c.price * 10000 * CASE c.side WHEN 'short' THEN -1 ELSE 1 END, 4)`;
}

/**
 * Sums up what was done about the cards of one day. A card is judged by its headline signal. Label
 * version 1 alone: its levels are the same for every signal, so that R can be added up.
 */
export function rollUpCards(day: string): SQL {
  return sql`
    WITH shown AS (
      SELECT c.id AS card_id, h.id AS signal_id, h.fired_at, h.origin, h.timeframe, h.side, h.price_at_signal AS price
      FROM cards c
      CROSS JOIN LATERAL (
        SELECT s.* FROM alerts a JOIN signals s ON s.id = a.signal_id AND s.fired_at = a.signal_fired_at
        WHERE a.card_id = c.id AND a.kind = 'signal' ORDER BY s.score DESC NULLS LAST, s.detector_id, s.id LIMIT 1
      ) h
      WHERE c.kind = 'signal' AND c.state IN ('sent', 'listed') AND ${during(sql`c.fired_at`, day)}
    ), latest AS (
      SELECT DISTINCT ON (c.card_id, d.decided_by) c.*, d.decided_by AS person, d.action AS answer,
        ${LATENCY} AS latency, coalesce(d.reasons->>0, '') AS reason, d.price_at_decision, d.decided_at
      FROM shown c JOIN decisions d ON d.signal_id = c.signal_id AND d.signal_fired_at = c.fired_at
      WHERE d.decided_by IS NOT NULL
      ORDER BY c.card_id, d.decided_by, d.decided_at DESC, d.id DESC
    ), team AS (
      SELECT DISTINCT ON (card_id) card_id, answer, latency FROM latest
      ORDER BY card_id, array_position(ARRAY['enter', 'ignore', 'watch', 'snooze'], answer), decided_at
    ), answers AS (
      SELECT c.card_id, c.signal_id, c.fired_at, c.origin, c.timeframe, c.side, c.person, c.answer, c.latency, c.reason,
        CASE c.answer WHEN 'enter' THEN ${worse(sql`c.price_at_decision`)} END AS click_bps,
        CASE c.answer WHEN 'enter' THEN ${worse(sql`f.price`)} END AS fill_bps
      FROM latest c
      LEFT JOIN LATERAL (
        SELECT sum(e.qty * e.price) / sum(e.qty) AS price FROM orders o JOIN executions e ON e.order_id = o.id
        WHERE o.signal_id = c.signal_id AND o.trader_id = c.person AND o.side IN ('buy', 'short')
          AND e.voided_at IS NULL AND e.qty > 0
      ) f ON true
      UNION ALL
      SELECT c.card_id, c.signal_id, c.fired_at, c.origin, c.timeframe, c.side, '', coalesce(t.answer, 'none'),
        coalesce(t.latency, -1), '', NULL, NULL
      FROM shown c LEFT JOIN team t USING (card_id)
    )
    INSERT INTO card_days (day, origin, timeframe, horizon_bars, label_version, person, answer, latency, reason,
      n, won, gain_r, loss_r, clicks, click_bps, fills, fill_bps)
    SELECT ${day}::date, origin, timeframe, 0, 0, person, answer, latency, reason, count(*), 0, 0, 0,
      count(click_bps), coalesce(sum(click_bps), 0), count(fill_bps), coalesce(sum(fill_bps), 0)
    FROM answers GROUP BY origin, timeframe, person, answer, latency, reason
    UNION ALL
    SELECT ${day}::date, origin, timeframe, horizon_bars, label_version, person, answer, latency, reason,
      count(*), count(*) FILTER (WHERE r > 0), coalesce(sum(r) FILTER (WHERE r > 0), 0),
      coalesce(sum(r) FILTER (WHERE r < 0), 0), 0, 0, 0, 0
    FROM (
      SELECT c.*, o.horizon_bars, o.label_version, ${PLAN_R} AS r
      FROM answers c JOIN outcomes o ON o.signal_id = c.signal_id AND o.signal_fired_at = c.fired_at
        AND o.horizon_tf = c.timeframe AND o.label_version = 1 AND ${MEASURED}
    ) judged
    GROUP BY origin, timeframe, horizon_bars, label_version, person, answer, latency, reason`;
}
