-- For people outside Discord: views that may be read and nothing else.
CREATE SCHEMA IF NOT EXISTS dashboard;
--> statement-breakpoint
CREATE VIEW dashboard.signals AS
SELECT s.id, sym.ticker, s.timeframe, s.fired_at, s.side, s.detector_id, s.detector_version, s.score,
  s.price_at_signal, s.bid, s.ask, s.spread, s.rel_volume, s.session, s.features, s.source_system, s.origin
FROM signals s JOIN symbols sym ON sym.id = s.symbol_id;
--> statement-breakpoint
CREATE VIEW dashboard.outcomes AS
SELECT o.signal_id, sym.ticker, s.timeframe, s.fired_at, s.side, s.detector_id, s.detector_version, s.origin,
  o.horizon_tf, o.horizon_bars, o.label_version, o.state, o.ret_close, o.max_run_up, o.max_drawdown,
  o.hit_tp1, o.hit_tp2, o.hit_tp3, o.hit_stop, o.t_to_tp1, o.t_to_stop, o.first_barrier, o.ambiguous, o.horizon_end_ts
FROM outcomes o
JOIN signals s ON s.id = o.signal_id AND s.fired_at = o.signal_fired_at
JOIN symbols sym ON sym.id = s.symbol_id;
--> statement-breakpoint
CREATE VIEW dashboard.decisions AS
SELECT d.id, d.signal_id, sym.ticker, s.timeframe, s.fired_at, s.side, d.decided_at, d.action, d.decided_by,
  d.reasons, d.note, d.price_at_decision, d.latency_ms, d.card_id
FROM decisions d
JOIN signals s ON s.id = d.signal_id AND s.fired_at = d.signal_fired_at
JOIN symbols sym ON sym.id = s.symbol_id;
--> statement-breakpoint
-- The stop is the one that stands now: the initial one unless it was moved.
CREATE VIEW dashboard.positions AS
SELECT p.trader_id, sym.ticker, p.position_id, p.side, p.opened_at, p.closed_at, p.qty_entered, p.qty_open,
  p.average_entry, p.cost_fifo, p.cost_average, p.realised_fifo, p.realised_average, p.fees_usd, p.initial_stop,
  coalesce((SELECT m.stop_price FROM stop_moves m WHERE m.position_id = p.position_id ORDER BY m.id DESC LIMIT 1),
    p.initial_stop) AS stop,
  p.risk_usd, p.r, p.signal_id
FROM ledger_positions p JOIN symbols sym ON sym.id = p.symbol_id;
--> statement-breakpoint
CREATE VIEW dashboard.fills AS
SELECT e.id, o.trader_id, sym.ticker, o.side, e.filled_at, e.qty, e.price, e.fee, e.tag, o.stop_price AS initial_stop,
  o.signal_id, x.pnl_fifo, x.pnl_average, x.r, e.voided_at IS NOT NULL AS voided, e.void_reason, e.replaces_id
FROM executions e
JOIN orders o ON o.id = e.order_id
JOIN symbols sym ON sym.id = o.symbol_id
LEFT JOIN ledger_exits x ON x.execution_id = e.id;
--> statement-breakpoint
CREATE VIEW dashboard.journal_days AS
SELECT x.trader_id, x.day, sym.ticker, x.tag, count(*)::int AS exits,
  count(*) FILTER (WHERE x.pnl_fifo > 0)::int AS won, sum(x.pnl_fifo) AS pnl_fifo, sum(x.pnl_average) AS pnl_average,
  sum(x.fee_usd) AS exit_fees_usd, sum(x.r) AS r, count(x.r)::int AS exits_with_r
FROM ledger_exits x JOIN symbols sym ON sym.id = x.symbol_id
GROUP BY x.trader_id, x.day, sym.ticker, x.tag;
--> statement-breakpoint
CREATE VIEW dashboard.detector_days AS SELECT * FROM outcome_days;
--> statement-breakpoint
CREATE VIEW dashboard.decision_days AS SELECT * FROM card_days;
--> statement-breakpoint
-- The collections of the old MongoDB, under the names that its readers usually have: what an old document
-- said beyond them is in legacy. Nothing is overwritten here, so the newest row is what one row was there.
CREATE VIEW dashboard.scanner_hits AS
SELECT s.id::text AS _id, sym.ticker, sym.ticker AS symbol, s.timeframe, s.timeframe AS interval,
  s.fired_at AS timestamp, s.fired_at AS date, s.side, s.side AS signal, s.detector_id AS scanner,
  s.detector_id AS pattern, s.score, s.price_at_signal AS price, s.price_at_signal AS close, s.rel_volume,
  (s.features->>'rsi14')::numeric AS rsi, (s.features->>'macd_hist')::numeric AS macd,
  (s.features->>'atr14')::numeric AS atr, s.watch_run_id AS run_id, s.origin, s.legacy
FROM signals s JOIN symbols sym ON sym.id = s.symbol_id
WHERE s.source_system = 'basic_scanner';
--> statement-breakpoint
CREATE VIEW dashboard.prediction_data AS
SELECT s.id::text AS _id, sym.ticker, sym.ticker AS symbol, s.timeframe, s.timeframe AS interval,
  s.fired_at AS timestamp, s.fired_at AS date, s.side AS prediction, s.side AS signal, s.score AS confidence,
  s.score AS probability, s.detector_id AS model, s.detector_version AS model_version, s.price_at_signal AS price,
  o.ret_close * CASE s.side WHEN 'short' THEN -1 ELSE 1 END AS roi, o.hit_tp1 AS success,
  s.watch_run_id AS run_id, s.origin, s.legacy
FROM signals s
JOIN symbols sym ON sym.id = s.symbol_id
LEFT JOIN outcomes o ON o.signal_id = s.id AND o.signal_fired_at = s.fired_at AND o.horizon_tf = s.timeframe
  AND o.horizon_bars = 20 AND o.label_version = (SELECT version FROM label_versions WHERE is_default)
WHERE s.source_system = 'ml_scanner';
--> statement-breakpoint
CREATE VIEW dashboard.trade_logs AS
SELECT p.position_id::text AS _id, sym.ticker, sym.ticker AS symbol, p.side, p.side AS direction,
  p.trader_id AS trader, p.opened_at AS timestamp, p.opened_at AS date, p.opened_at AS entry_time,
  p.closed_at AS exit_time, p.qty_entered AS qty, p.qty_entered AS quantity, p.average_entry AS entry,
  p.average_entry AS entry_price, x.price AS exit, x.price AS exit_price, p.initial_stop AS stop_loss,
  p.realised_fifo AS pnl, p.realised_fifo AS profit,
  round(p.realised_fifo / nullif(p.qty_entered * p.average_entry, 0), 6) AS roi, p.fees_usd AS fees,
  CASE WHEN p.closed_at IS NULL THEN 'open' ELSE 'closed' END AS status, o.legacy
FROM ledger_positions p
JOIN symbols sym ON sym.id = p.symbol_id
JOIN executions e ON e.id = p.position_id
JOIN orders o ON o.id = e.order_id
LEFT JOIN LATERAL (
  SELECT round(sum(qty * price) / sum(qty), 6) AS price FROM ledger_exits
  WHERE trader_id = p.trader_id AND symbol_id = p.symbol_id AND position_id = p.position_id
) x ON true;
--> statement-breakpoint
-- Roles belong to the server, not to the database: another database may have made it, at this very moment
-- even, and a managed server may not let us. Then an administrator makes it; the grants follow its name.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dashboard_reader') THEN
    BEGIN
      CREATE ROLE dashboard_reader NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN
      RAISE NOTICE 'the role dashboard_reader was not made: %', SQLERRM;
    END;
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'dashboard_reader') THEN
    GRANT USAGE ON SCHEMA dashboard TO dashboard_reader;
    GRANT SELECT ON ALL TABLES IN SCHEMA dashboard TO dashboard_reader;
  END IF;
END
$$;
