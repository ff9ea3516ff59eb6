-- A day is rolled up anew after anything of it changed, whoever changed it.
CREATE FUNCTION new_york_day(moment timestamptz) RETURNS date LANGUAGE sql STABLE PARALLEL SAFE
RETURN (moment AT TIME ZONE 'America/New_York')::date;
--> statement-breakpoint
CREATE FUNCTION note_signal_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO stats_changes (day) SELECT DISTINCT new_york_day(signal_fired_at) FROM changed;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER outcomes_note_insert AFTER INSERT ON outcomes
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_signal_days();
--> statement-breakpoint
CREATE TRIGGER outcomes_note_delete AFTER DELETE ON outcomes
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_signal_days();
--> statement-breakpoint
CREATE TRIGGER decisions_note_insert AFTER INSERT ON decisions
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_signal_days();
--> statement-breakpoint
CREATE FUNCTION note_card_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO stats_changes (day)
  SELECT DISTINCT new_york_day(n.fired_at)
  FROM changed n JOIN before o USING (id)
  WHERE n.state IS DISTINCT FROM o.state;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER cards_note_update AFTER UPDATE ON cards
  REFERENCING OLD TABLE AS before NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_card_days();
--> statement-breakpoint
CREATE FUNCTION note_fill_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO stats_changes (day)
  SELECT DISTINCT new_york_day(o.signal_fired_at)
  FROM changed c JOIN orders o ON o.id = c.order_id
  WHERE o.signal_fired_at IS NOT NULL;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER executions_note_day_insert AFTER INSERT ON executions
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_fill_days();
--> statement-breakpoint
CREATE TRIGGER executions_note_day_update AFTER UPDATE ON executions
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_fill_days();
--> statement-breakpoint
-- What was there before the roll-ups.
INSERT INTO stats_changes (day)
SELECT DISTINCT new_york_day(fired_at) FROM signals;
