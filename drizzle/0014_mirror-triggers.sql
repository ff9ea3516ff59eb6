INSERT INTO mirror_state (id) VALUES (1);
--> statement-breakpoint
CREATE TRIGGER migration_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON migration_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
-- Every event that MongoDB is owed, as it is mirrored. What came from there is not sent back. One view for
-- each kind: a trigger that joins a UNION would read whole tables.
CREATE VIEW mirrored_signals AS
SELECT 'signal' AS entity, s.id AS entity_id, 'insert' AS event, s.fired_at AS event_at,
  jsonb_build_object(
    'ticker', sym.ticker, 'timeframe', s.timeframe, 'at', round(extract(epoch FROM s.fired_at) * 1000)::bigint,
    'side', s.side, 'detector', s.detector_id, 'version', s.detector_version,
    'sourceSystem', s.source_system, 'price', trim_scale(s.price_at_signal)::text, 'score', trim_scale(s.score)::text,
    'bid', trim_scale(s.bid)::text, 'ask', trim_scale(s.ask)::text, 'relVolume', trim_scale(s.rel_volume)::text,
    'session', s.session, 'features', s.features, 'runId', coalesce(s.watch_run_id, 'none')
  ) AS payload
FROM signals s JOIN symbols sym ON sym.id = s.symbol_id
WHERE s.origin = 'live';
--> statement-breakpoint
CREATE VIEW mirrored_decisions AS
SELECT 'decision' AS entity, d.id AS entity_id, 'insert' AS event, d.decided_at AS event_at,
  jsonb_build_object(
    'ticker', sym.ticker, 'timeframe', s.timeframe, 'at', round(extract(epoch FROM d.decided_at) * 1000)::bigint,
    'action', d.action, 'by', d.decided_by, 'note', d.note, 'price', trim_scale(d.price_at_decision)::text,
    'signalId', d.signal_id, 'runId', coalesce(s.watch_run_id, 'none')
  ) AS payload
FROM decisions d
JOIN signals s ON s.id = d.signal_id AND s.fired_at = d.signal_fired_at
JOIN symbols sym ON sym.id = s.symbol_id;
--> statement-breakpoint
CREATE VIEW mirrored_executions AS
SELECT 'execution' AS entity, e.id AS entity_id, what.event,
  CASE what.event WHEN 'void' THEN e.voided_at ELSE e.filled_at END AS event_at,
  jsonb_build_object(
    'ticker', sym.ticker,
    'at', round(extract(epoch FROM CASE what.event WHEN 'void' THEN e.voided_at ELSE e.filled_at END) * 1000)::bigint,
    'side', o.side, 'qty', trim_scale(e.qty)::text, 'price', trim_scale(e.price)::text, 'fee', trim_scale(e.fee)::text,
    'tag', e.tag, 'trader', o.trader_id, 'stop', trim_scale(o.stop_price)::text, 'orderId', e.order_id,
    'signalId', o.signal_id, 'replaces', e.replaces_id,
    'runId', coalesce((SELECT s.watch_run_id FROM signals s WHERE s.id = o.signal_id AND s.fired_at = o.signal_fired_at), 'none')
  ) || CASE what.event WHEN 'void' THEN jsonb_build_object('by', e.voided_by, 'reason', e.void_reason) ELSE '{}' END
    AS payload
FROM executions e
JOIN orders o ON o.id = e.order_id AND o.legacy IS NULL
JOIN symbols sym ON sym.id = o.symbol_id
CROSS JOIN (VALUES ('insert'), ('void')) AS what (event)
WHERE what.event = 'insert' OR e.voided_at IS NOT NULL;
--> statement-breakpoint
CREATE VIEW mirror_events AS
SELECT * FROM mirrored_signals
UNION ALL SELECT * FROM mirrored_decisions
UNION ALL SELECT * FROM mirrored_executions;
--> statement-breakpoint
-- Triggers, so that no path past the stores goes unmirrored, and the event and what is owed commit together.
CREATE FUNCTION mirror_signals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM mirror_state WHERE mode = 'on') THEN
    INSERT INTO mirror_outbox (entity, entity_id, event, event_at, payload)
    SELECT e.* FROM added a JOIN mirrored_signals e ON e.entity_id = a.id AND e.event_at = a.fired_at
    ORDER BY e.event_at, e.entity_id
    ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE FUNCTION mirror_decisions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM mirror_state WHERE mode = 'on') THEN
    INSERT INTO mirror_outbox (entity, entity_id, event, event_at, payload)
    SELECT e.* FROM added a JOIN mirrored_decisions e ON e.entity_id = a.id
    ORDER BY e.event_at, e.entity_id
    ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE FUNCTION mirror_executions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM mirror_state WHERE mode = 'on') THEN
    INSERT INTO mirror_outbox (entity, entity_id, event, event_at, payload)
    SELECT e.* FROM added a JOIN mirrored_executions e ON e.entity_id = a.id
    ORDER BY e.event_at, e.entity_id
    ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER signals_mirror AFTER INSERT ON signals
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION mirror_signals();
--> statement-breakpoint
CREATE TRIGGER decisions_mirror AFTER INSERT ON decisions
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION mirror_decisions();
--> statement-breakpoint
CREATE TRIGGER executions_mirror AFTER INSERT ON executions
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION mirror_executions();
--> statement-breakpoint
CREATE TRIGGER executions_mirror_void AFTER UPDATE ON executions
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION mirror_executions();
