-- Derived rows, written in another way from now on: every day is rolled up again.
TRUNCATE outcome_days, baseline_days;
--> statement-breakpoint
ALTER TABLE "baseline_days" ALTER COLUMN "strata" SET DATA TYPE bytea USING '';--> statement-breakpoint
ALTER TABLE "outcome_days" ALTER COLUMN "strata" SET DATA TYPE bytea USING '';--> statement-breakpoint
INSERT INTO stats_changes (day)
SELECT new_york_day(fired_at) FROM signals
UNION
SELECT new_york_day(closed_at) FROM baselines WHERE closed_at IS NOT NULL;
