-- Random moments are rolled up by day too, so their days are noted like those of signals.
CREATE FUNCTION note_baseline_outcome_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO stats_changes (day)
  SELECT DISTINCT new_york_day(b.closed_at) FROM changed c JOIN baselines b ON b.id = c.baseline_id
  WHERE b.closed_at IS NOT NULL;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER baseline_outcomes_note_insert AFTER INSERT ON baseline_outcomes
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_baseline_outcome_days();
--> statement-breakpoint
CREATE TRIGGER baseline_outcomes_note_delete AFTER DELETE ON baseline_outcomes
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_baseline_outcome_days();
--> statement-breakpoint
CREATE FUNCTION note_baseline_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO stats_changes (day) SELECT DISTINCT new_york_day(closed_at) FROM changed WHERE closed_at IS NOT NULL;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER baselines_note_update AFTER UPDATE ON baselines
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_baseline_days();
--> statement-breakpoint
CREATE TRIGGER baselines_note_delete AFTER DELETE ON baselines
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_baseline_days();
--> statement-breakpoint
INSERT INTO stats_changes (day)
SELECT new_york_day(fired_at) FROM signals
UNION
SELECT new_york_day(closed_at) FROM baselines WHERE closed_at IS NOT NULL;
