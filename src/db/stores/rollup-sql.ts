import { type SQL, sql } from 'drizzle-orm';
import { LABEL_VERSIONS } from '../../domain/labels/versions.ts';
import { featureNumber } from '../sql.ts';
import { packReturns, packStrata } from './packed-days.ts';
import { stratumOf } from './strata.ts';

/** New York days that lie near each other, oldest first, rolled up by one statement. */
export type SomeDays = readonly [string, ...string[]];

/** First moment of a New York day. */
function startOf(day: SQL): SQL {
  return sql`((${day})::timestamp AT TIME ZONE 'America/New_York')`;
}

/** The span finds the rows by index, and the chunks; the days are what is meant. */
function during(moment: SQL, days: SomeDays): SQL {
  const last = sql`${days.at(-1)}::date`;
  return sql`${moment} >= ${startOf(sql`${days[0]}::date`)} AND ${moment} < ${startOf(sql`${last} + 1`)}
    AND new_york_day(${moment}) = ANY(${sql.param([...days])}::date[])`;
}

/** TP1 came before the stop. A row of another program says no first barrier: its touch times do. */
const TP1_FIRST = sql`coalesce(o.first_barrier = 'tp1', o.hit_tp1 AND (NOT o.hit_stop OR o.t_to_tp1 < o.t_to_stop))`;
const STOP_FIRST = sql`coalesce(o.first_barrier = 'stop', o.hit_stop AND NOT ${TP1_FIRST})`;
const MEASURED = sql`o.ret_close IS NOT NULL AND o.state = 'resolved'`;

/**
 * R of a trade by the plan of its label version, a tie counted as its stop. A version of levels by per cent
 * leaves at TP1, at the stop or at the horizon's end; one by ATR has kept its return. Null elsewhere.
 */
function planR(side: SQL, atr: SQL): SQL {
  const versions = LABEL_VERSIONS.map(({ version, ...definition }) => {
    if (definition.entry === 'next_open') {
      return sql`WHEN ${version} THEN round(o.ret_worst * o.entry_price / nullif(${atr} * ${definition.params.stopAtr}, 0), 6)`;
    }
    const { tp1PerMille, stopPerMille } = definition.params;
    return sql`WHEN ${version} THEN CASE WHEN ${TP1_FIRST} THEN ${tp1PerMille / stopPerMille} WHEN ${STOP_FIRST} THEN -1
      ELSE round(o.ret_close * 1000 / ${stopPerMille} * CASE ${side} WHEN 'short' THEN -1 ELSE 1 END, 6) END`;
  });
  return sql`CASE o.label_version ${sql.join(versions, sql` `)} END`;
}

/** Sums up the outcomes of the signals of some days: first by stratum, then over them. */
export function rollUpOutcomes(days: SomeDays): SQL {
  return sql`
    WITH fired AS MATERIALIZED (
      SELECT s.id, s.fired_at, new_york_day(s.fired_at) AS day, s.origin, s.detector_id, s.detector_version, s.timeframe, s.side,
        ${sql.raw(stratumOf('s.features'))} AS stratum, (${sql.raw(featureNumber('s.features', 'atr14'))})::numeric AS atr
      FROM signals s WHERE ${during(sql`s.fired_at`, days)} AND s.side IS NOT NULL
    ), alike AS (
      SELECT s.day, s.origin, s.detector_id, s.detector_version, s.timeframe, s.side, o.horizon_tf, o.horizon_bars,
        o.label_version, s.stratum,
        count(*) FILTER (WHERE ${MEASURED}) AS n,
        count(*) FILTER (WHERE ${MEASURED} AND ${TP1_FIRST}) AS tp1_first,
        count(*) FILTER (WHERE ${MEASURED} AND ${STOP_FIRST}) AS stop_first,
        count(*) FILTER (WHERE ${MEASURED} AND o.ambiguous) AS ambiguous,
        count(*) FILTER (WHERE ${MEASURED} AND o.hit_tp1) AS hit_tp1,
        sum(extract(epoch FROM o.t_to_tp1)) FILTER (WHERE ${MEASURED} AND o.hit_tp1) AS seconds_to_tp1,
        sum(o.ret_close) FILTER (WHERE ${MEASURED}) AS ret_close,
        sum(o.max_run_up) FILTER (WHERE ${MEASURED}) AS max_run_up,
        sum(o.max_drawdown) FILTER (WHERE ${MEASURED}) AS max_drawdown,
        count(r.r) AS with_r, sum(r.r) AS sum_r,
        ${packReturns(sql`o.ret_close`)} FILTER (WHERE ${MEASURED}) AS returns,
        count(*) FILTER (WHERE o.state = 'invalid_entry') AS invalid_entry,
        count(*) FILTER (WHERE o.state = 'data_missing') AS data_missing
      FROM outcomes o
      JOIN fired s ON s.id = o.signal_id AND s.fired_at = o.signal_fired_at
      CROSS JOIN LATERAL (SELECT CASE WHEN ${MEASURED} THEN ${planR(sql`s.side`, sql`s.atr`)} END AS r) r
      WHERE ${during(sql`o.signal_fired_at`, days)}
      GROUP BY s.day, s.origin, s.detector_id, s.detector_version, s.timeframe, s.side, o.horizon_tf, o.horizon_bars,
        o.label_version, s.stratum
    )
    INSERT INTO outcome_days (day, origin, detector_id, detector_version, timeframe, side, horizon_tf, horizon_bars,
      label_version, n, tp1_first, stop_first, ambiguous, hit_tp1, seconds_to_tp1, ret_close, max_run_up, max_drawdown,
      with_r, sum_r, returns, strata, invalid_entry, data_missing)
    SELECT day, origin, detector_id, detector_version, timeframe, side, horizon_tf, horizon_bars, label_version,
      sum(n), sum(tp1_first), sum(stop_first), sum(ambiguous), sum(hit_tp1), coalesce(sum(seconds_to_tp1), 0),
      coalesce(sum(ret_close), 0), coalesce(sum(max_run_up), 0), coalesce(sum(max_drawdown), 0),
      sum(with_r), coalesce(sum(sum_r), 0), coalesce(string_agg(returns, ''), ''),
      ${packStrata(sql`tp1_first`)}, sum(invalid_entry), sum(data_missing)
    FROM alike
    GROUP BY day, origin, detector_id, detector_version, timeframe, side, horizon_tf, horizon_bars, label_version
    ORDER BY label_version, horizon_bars, day`;
}

/** Sums up what followed the random moments of some days, those near a signal left out: something was happening there. */
export function rollUpBaselines(days: SomeDays): SQL {
  return sql`
    WITH alike AS (
      SELECT new_york_day(b.closed_at) AS day, b.timeframe, o.side, o.horizon_bars, o.label_version, ${sql.raw(stratumOf('b.features'))} AS stratum,
        count(*) AS n, count(*) FILTER (WHERE ${TP1_FIRST}) AS hits
      FROM baselines b JOIN baseline_outcomes o ON o.baseline_id = b.id AND o.horizon_tf = b.timeframe
      WHERE ${during(sql`b.closed_at`, days)} AND NOT b.near_signal AND ${MEASURED}
      GROUP BY day, b.timeframe, o.side, o.horizon_bars, o.label_version, stratum
    )
    INSERT INTO baseline_days (day, timeframe, side, horizon_bars, label_version, strata)
    SELECT day, timeframe, side, horizon_bars, label_version, ${packStrata(sql`hits`)}
    FROM alike GROUP BY day, timeframe, side, horizon_bars, label_version
    ORDER BY label_version, horizon_bars, day`;
}

const LATENCY = sql`CASE WHEN latency_ms IS NULL THEN -1 WHEN latency_ms < 30000 THEN 0
  WHEN latency_ms < 120000 THEN 1 WHEN latency_ms < 600000 THEN 2 ELSE 3 END`;

/** How much worse than the alert's price another is for who enters, basis points. */
function worse(than: SQL): SQL {
  return sql`round((${than} - c.price) / c.price * 10000 * CASE c.side WHEN 'short' THEN -1 ELSE 1 END, 4)`;
}

/**
 * Sums up what was done about the cards of some days. A card is judged by its headline signal. Label
 * version 1 alone: its levels are the same for every signal, so that R can be added up.
 */
export function rollUpCards(days: SomeDays): SQL {
  return sql`
    WITH shown AS (
      SELECT c.id AS card_id, new_york_day(c.fired_at) AS day, h.id AS signal_id, h.fired_at, h.origin, h.timeframe, h.side, h.price_at_signal AS price
      FROM cards c
      CROSS JOIN LATERAL (
        SELECT s.* FROM alerts a JOIN signals s ON s.id = a.signal_id AND s.fired_at = a.signal_fired_at
        WHERE a.card_id = c.id AND a.kind = 'signal' ORDER BY s.score DESC NULLS LAST, s.detector_id, s.id LIMIT 1
      ) h
      WHERE c.kind = 'signal' AND c.state IN ('sent', 'listed') AND ${during(sql`c.fired_at`, days)}
    ), latest AS (
      SELECT DISTINCT ON (c.card_id, d.decided_by) c.*, d.decided_by AS person, d.action AS answer,
        CASE d.action WHEN 'enter' THEN ${LATENCY} ELSE -1 END AS latency,
        CASE d.action WHEN 'ignore' THEN coalesce(d.reasons->>0, '') ELSE '' END AS reason, d.price_at_decision, d.decided_at
      FROM shown c JOIN decisions d ON d.signal_id = c.signal_id AND d.signal_fired_at = c.fired_at
      WHERE d.decided_by IS NOT NULL
      ORDER BY c.card_id, d.decided_by, d.decided_at DESC, d.id DESC
    ), team AS (
      SELECT DISTINCT ON (card_id) * FROM (
        SELECT card_id, day, signal_id, fired_at, origin, timeframe, side, answer FROM latest
        UNION ALL
        SELECT card_id, day, signal_id, fired_at, origin, timeframe, side, 'none' FROM shown
      ) said
      ORDER BY card_id, array_position(ARRAY['enter', 'ignore', 'watch', 'snooze', 'none'], answer)
    ), answers AS (
      SELECT c.card_id, c.day, c.signal_id, c.fired_at, c.origin, c.timeframe, c.side, c.person, c.answer, c.latency, c.reason,
        CASE c.answer WHEN 'enter' THEN ${worse(sql`c.price_at_decision`)} END AS click_bps,
        CASE c.answer WHEN 'enter' THEN ${worse(sql`f.price`)} END AS fill_bps
      FROM latest c
      LEFT JOIN LATERAL (
        SELECT sum(e.qty * e.price) / sum(e.qty) AS price FROM orders o JOIN executions e ON e.order_id = o.id
        WHERE c.answer = 'enter' AND o.signal_id = c.signal_id AND o.trader_id = c.person AND o.side IN ('buy', 'short')
          AND e.voided_at IS NULL AND e.qty > 0
      ) f ON true
      UNION ALL
      SELECT card_id, day, signal_id, fired_at, origin, timeframe, side, '', answer, -1, '', NULL, NULL FROM team
    )
    INSERT INTO card_days (day, origin, timeframe, horizon_bars, label_version, person, answer, latency, reason,
      n, won, gain_r, loss_r, clicks, click_bps, fills, fill_bps)
    SELECT day, origin, timeframe, 0, 0, person, answer, latency, reason, count(*), 0, 0, 0,
      count(click_bps), coalesce(sum(click_bps), 0), count(fill_bps), coalesce(sum(fill_bps), 0)
    FROM answers GROUP BY day, origin, timeframe, person, answer, latency, reason
    UNION ALL
    SELECT day, origin, timeframe, horizon_bars, label_version, person, answer, latency, reason,
      count(*), count(*) FILTER (WHERE r > 0), coalesce(sum(r) FILTER (WHERE r > 0), 0),
      coalesce(sum(r) FILTER (WHERE r < 0), 0), 0, 0, 0, 0
    FROM (
      SELECT c.*, o.horizon_bars, o.label_version, ${planR(sql`c.side`, sql`NULL::numeric`)} AS r
      FROM answers c JOIN outcomes o ON o.signal_id = c.signal_id AND o.signal_fired_at = c.fired_at
        AND o.horizon_tf = c.timeframe AND o.label_version = 1 AND ${MEASURED}
    ) judged
    GROUP BY day, origin, timeframe, horizon_bars, label_version, person, answer, latency, reason`;
}
