CREATE TABLE "card_days" (
	"day" date NOT NULL,
	"origin" text NOT NULL,
	"timeframe" text NOT NULL,
	"horizon_bars" integer NOT NULL,
	"label_version" integer NOT NULL,
	"person" text NOT NULL,
	"answer" text NOT NULL,
	"latency" integer NOT NULL,
	"reason" text NOT NULL,
	"n" integer NOT NULL,
	"won" integer NOT NULL,
	"gain_r" numeric NOT NULL,
	"loss_r" numeric NOT NULL,
	"clicks" integer NOT NULL,
	"click_bps" numeric NOT NULL,
	"fills" integer NOT NULL,
	"fill_bps" numeric NOT NULL,
	CONSTRAINT "card_days_pkey" PRIMARY KEY("day","origin","timeframe","horizon_bars","label_version","person","answer","latency","reason")
);
--> statement-breakpoint
CREATE TABLE "outcome_days" (
	"day" date NOT NULL,
	"origin" text NOT NULL,
	"detector_id" text NOT NULL,
	"detector_version" text NOT NULL,
	"timeframe" text NOT NULL,
	"side" text NOT NULL,
	"horizon_tf" text NOT NULL,
	"horizon_bars" integer NOT NULL,
	"label_version" integer NOT NULL,
	"n" integer NOT NULL,
	"tp1_first" integer NOT NULL,
	"stop_first" integer NOT NULL,
	"ambiguous" integer NOT NULL,
	"hit_tp1" integer NOT NULL,
	"seconds_to_tp1" numeric NOT NULL,
	"ret_close" numeric NOT NULL,
	"max_run_up" numeric NOT NULL,
	"max_drawdown" numeric NOT NULL,
	"invalid_entry" integer NOT NULL,
	"data_missing" integer NOT NULL,
	CONSTRAINT "outcome_days_pkey" PRIMARY KEY("day","origin","detector_id","detector_version","timeframe","side","horizon_tf","horizon_bars","label_version")
);
--> statement-breakpoint
CREATE TABLE "stats_changes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "stats_changes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"day" date NOT NULL
);
--> statement-breakpoint
CREATE INDEX "stats_changes_day_idx" ON "stats_changes" USING btree ("day");