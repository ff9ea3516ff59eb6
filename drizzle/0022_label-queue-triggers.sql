-- What may lack an outcome is put into the queue by whoever makes it so, this program or another. A row that is
-- there already is written again, so that a labelling that is just taking it out leaves it (see outcome-targets.ts).
CREATE FUNCTION queue_added_signals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO label_queue (symbol_id, timeframe, fired_at, kind, target_id)
  SELECT symbol_id, timeframe, fired_at, 'signal', id FROM added
  WHERE price_at_signal > 0 AND side IS NOT NULL
  ON CONFLICT ON CONSTRAINT label_queue_pkey DO UPDATE SET fired_at = excluded.fired_at;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER signals_queue AFTER INSERT ON signals
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION queue_added_signals();
--> statement-breakpoint
CREATE FUNCTION queue_added_baselines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO label_queue (symbol_id, timeframe, fired_at, kind, target_id)
  SELECT symbol_id, timeframe, closed_at, 'baseline', id FROM added
  WHERE price_at_baseline > 0 AND closed_at IS NOT NULL
  ON CONFLICT ON CONSTRAINT label_queue_pkey DO UPDATE SET fired_at = excluded.fired_at;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER baselines_queue AFTER INSERT ON baselines
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION queue_added_baselines();
--> statement-breakpoint
-- Outcomes that are withdrawn are missing again.
CREATE FUNCTION queue_signals_without() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO label_queue (symbol_id, timeframe, fired_at, kind, target_id)
  SELECT s.symbol_id, s.timeframe, s.fired_at, 'signal', s.id
  FROM (SELECT DISTINCT signal_id, signal_fired_at FROM gone) g
  JOIN signals s ON s.id = g.signal_id AND s.fired_at = g.signal_fired_at
  WHERE s.price_at_signal > 0 AND s.side IS NOT NULL
  ON CONFLICT ON CONSTRAINT label_queue_pkey DO UPDATE SET fired_at = excluded.fired_at;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER outcomes_queue AFTER DELETE ON outcomes
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION queue_signals_without();
--> statement-breakpoint
CREATE FUNCTION queue_baselines_without() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO label_queue (symbol_id, timeframe, fired_at, kind, target_id)
  SELECT b.symbol_id, b.timeframe, b.closed_at, 'baseline', b.id
  FROM (SELECT DISTINCT baseline_id FROM gone) g JOIN baselines b ON b.id = g.baseline_id
  WHERE b.price_at_baseline > 0 AND b.closed_at IS NOT NULL
  ON CONFLICT ON CONSTRAINT label_queue_pkey DO UPDATE SET fired_at = excluded.fired_at;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER baseline_outcomes_queue AFTER DELETE ON baseline_outcomes
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION queue_baselines_without();
--> statement-breakpoint
-- A new definition of labels asks for outcomes of everything there is, and so does emptying their table.
CREATE FUNCTION queue_everything() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO label_queue (symbol_id, timeframe, fired_at, kind, target_id)
  SELECT symbol_id, timeframe, fired_at, 'signal', id FROM signals WHERE price_at_signal > 0 AND side IS NOT NULL
  UNION ALL
  SELECT symbol_id, timeframe, closed_at, 'baseline', id FROM baselines
  WHERE price_at_baseline > 0 AND closed_at IS NOT NULL
  ON CONFLICT ON CONSTRAINT label_queue_pkey DO UPDATE SET fired_at = excluded.fired_at;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER label_versions_queue AFTER INSERT ON label_versions
  FOR EACH STATEMENT EXECUTE FUNCTION queue_everything();
--> statement-breakpoint
CREATE TRIGGER outcomes_queue_truncate AFTER TRUNCATE ON outcomes
  FOR EACH STATEMENT EXECUTE FUNCTION queue_everything();
--> statement-breakpoint
CREATE TRIGGER baseline_outcomes_queue_truncate AFTER TRUNCATE ON baseline_outcomes
  FOR EACH STATEMENT EXECUTE FUNCTION queue_everything();
--> statement-breakpoint
-- Version 2 also measures in minutes, on days whose minutes are covered: one that comes later is measured then.
CREATE FUNCTION queue_days_in_minutes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO label_queue (symbol_id, timeframe, fired_at, kind, target_id)
  WITH days AS (
    SELECT symbol_id, session_date::timestamp AT TIME ZONE 'America/New_York' AS begins,
           (session_date + 1)::timestamp AT TIME ZONE 'America/New_York' AS ends
    FROM added WHERE timeframe = '1m'
  )
  SELECT s.symbol_id, s.timeframe, s.fired_at, 'signal', s.id
  FROM days d JOIN signals s ON s.symbol_id = d.symbol_id AND s.timeframe IN ('5m', '15m', '1h', '4h', '5h')
    AND s.fired_at >= d.begins AND s.fired_at < d.ends
  WHERE s.price_at_signal > 0 AND s.side IS NOT NULL
  UNION ALL
  SELECT b.symbol_id, b.timeframe, b.closed_at, 'baseline', b.id
  FROM days d JOIN baselines b ON b.symbol_id = d.symbol_id AND b.timeframe IN ('5m', '15m', '1h', '4h', '5h')
    AND b.ts >= d.begins AND b.ts < d.ends AND b.closed_at >= d.begins AND b.closed_at < d.ends
  WHERE b.price_at_baseline > 0
  ON CONFLICT ON CONSTRAINT label_queue_pkey DO UPDATE SET fired_at = excluded.fired_at;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER candle_coverage_queue AFTER INSERT ON candle_coverage
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION queue_days_in_minutes();
--> statement-breakpoint
CREATE FUNCTION leave_queue_with_signal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM label_queue q USING gone g
  WHERE (q.symbol_id, q.timeframe, q.fired_at, q.kind, q.target_id) = (g.symbol_id, g.timeframe, g.fired_at, 'signal', g.id);
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER signals_leave_queue AFTER DELETE ON signals
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION leave_queue_with_signal();
--> statement-breakpoint
CREATE FUNCTION leave_queue_with_baseline() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM label_queue q USING gone g
  WHERE (q.symbol_id, q.timeframe, q.fired_at, q.kind, q.target_id)
      = (g.symbol_id, g.timeframe, g.closed_at, 'baseline', g.id);
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER baselines_leave_queue AFTER DELETE ON baselines
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION leave_queue_with_baseline();
--> statement-breakpoint
-- What was there before the queue: the first labelling takes out what lacks nothing.
INSERT INTO label_queue (symbol_id, timeframe, fired_at, kind, target_id)
SELECT symbol_id, timeframe, fired_at, 'signal', id FROM signals WHERE price_at_signal > 0 AND side IS NOT NULL
UNION ALL
SELECT symbol_id, timeframe, closed_at, 'baseline', id FROM baselines
WHERE price_at_baseline > 0 AND closed_at IS NOT NULL;
