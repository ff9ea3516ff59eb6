-- Whoever writes a fill, the book it belongs to is derived anew: the queue says which.
CREATE FUNCTION note_ledger_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ledger_changes (trader_id, symbol_id)
  SELECT DISTINCT o.trader_id, o.symbol_id
  FROM changed c JOIN orders o ON o.id = c.order_id
  WHERE o.trader_id IS NOT NULL;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER executions_note_insert AFTER INSERT ON executions
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_ledger_changes();
--> statement-breakpoint
CREATE TRIGGER executions_note_update AFTER UPDATE ON executions
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_ledger_changes();
--> statement-breakpoint
-- An order that goes takes its executions along, so it is the order that says whose book changed.
CREATE FUNCTION note_order_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ledger_changes (trader_id, symbol_id)
  SELECT DISTINCT trader_id, symbol_id FROM changed WHERE trader_id IS NOT NULL;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER orders_note_old AFTER UPDATE ON orders
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_order_changes();
--> statement-breakpoint
CREATE TRIGGER orders_note_new AFTER UPDATE ON orders
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_order_changes();
--> statement-breakpoint
CREATE TRIGGER orders_note_delete AFTER DELETE ON orders
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_order_changes();
--> statement-breakpoint
CREATE TRIGGER stop_moves_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stop_moves
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
-- What was journalled before the ledger was there.
INSERT INTO ledger_changes (trader_id, symbol_id)
SELECT DISTINCT o.trader_id, o.symbol_id
FROM executions e JOIN orders o ON o.id = e.order_id
WHERE o.trader_id IS NOT NULL;
