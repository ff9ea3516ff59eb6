-- Derived rows, and they lack what is new: every day is rolled up again, see the next migration.
TRUNCATE outcome_days, card_days;
--> statement-breakpoint
CREATE TABLE "baseline_days" (
	"day" date NOT NULL,
	"timeframe" text NOT NULL,
	"side" text NOT NULL,
	"horizon_bars" integer NOT NULL,
	"label_version" integer NOT NULL,
	"strata" json NOT NULL,
	CONSTRAINT "baseline_days_pkey" PRIMARY KEY("day","timeframe","side","horizon_bars","label_version")
);
--> statement-breakpoint
ALTER TABLE "outcome_days" ADD COLUMN "with_r" integer NOT NULL;--> statement-breakpoint
ALTER TABLE "outcome_days" ADD COLUMN "sum_r" numeric NOT NULL;--> statement-breakpoint
ALTER TABLE "outcome_days" ADD COLUMN "returns" "bytea" NOT NULL;--> statement-breakpoint
ALTER TABLE "outcome_days" ADD COLUMN "strata" json NOT NULL;--> statement-breakpoint
CREATE INDEX "baseline_days_horizon_idx" ON "baseline_days" USING btree ("label_version","horizon_bars");--> statement-breakpoint
CREATE INDEX "card_days_horizon_idx" ON "card_days" USING btree ("label_version","horizon_bars","day");--> statement-breakpoint
CREATE INDEX "outcome_days_horizon_idx" ON "outcome_days" USING btree ("label_version","horizon_bars");