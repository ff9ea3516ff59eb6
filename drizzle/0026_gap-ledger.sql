CREATE TABLE "candle_gaps" (
	"symbol_id" bigint NOT NULL,
	"timeframe" text NOT NULL,
	"from_ts" timestamp with time zone NOT NULL,
	"to_ts" timestamp with time zone NOT NULL,
	"candles" integer NOT NULL,
	"reason" text NOT NULL,
	"first_seen" timestamp with time zone NOT NULL,
	"last_checked" timestamp with time zone NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"resolved_at" timestamp with time zone,
	CONSTRAINT "candle_gaps_pkey" PRIMARY KEY("symbol_id","timeframe","from_ts"),
	CONSTRAINT "candle_gaps_timeframe_check" CHECK (timeframe IN ('1m', '5m', '15m', '1h', '4h', '5h', '1d')),
	CONSTRAINT "candle_gaps_reason_check" CHECK (reason IN ('missing', 'provider_late', 'no_trade', 'halted')),
	CONSTRAINT "candle_gaps_span_check" CHECK (to_ts > from_ts AND candles > 0)
);
--> statement-breakpoint
CREATE TABLE "corporate_actions" (
	"symbol_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"ex_date" date NOT NULL,
	"ratio" numeric,
	"amount_usd" numeric(18, 6),
	"source" text NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "corporate_actions_pkey" PRIMARY KEY("symbol_id","kind","ex_date"),
	CONSTRAINT "corporate_actions_kind_check" CHECK (kind IN ('split', 'dividend')),
	CONSTRAINT "corporate_actions_size_check" CHECK ((ratio IS NOT NULL) = (kind = 'split') AND (amount_usd IS NOT NULL) = (kind = 'dividend'))
);
--> statement-breakpoint
CREATE TABLE "gap_checks" (
	"symbol_id" bigint NOT NULL,
	"timeframe" text NOT NULL,
	"checked_from" timestamp with time zone NOT NULL,
	"checked_to" timestamp with time zone NOT NULL,
	CONSTRAINT "gap_checks_pkey" PRIMARY KEY("symbol_id","timeframe")
);
--> statement-breakpoint
ALTER TABLE "scan_runs" DROP CONSTRAINT "scan_runs_kind_check";--> statement-breakpoint
ALTER TABLE "candle_gaps" ADD CONSTRAINT "candle_gaps_symbol_id_symbols_id_fk" FOREIGN KEY ("symbol_id") REFERENCES "public"."symbols"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "corporate_actions" ADD CONSTRAINT "corporate_actions_symbol_id_symbols_id_fk" FOREIGN KEY ("symbol_id") REFERENCES "public"."symbols"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gap_checks" ADD CONSTRAINT "gap_checks_symbol_id_symbols_id_fk" FOREIGN KEY ("symbol_id") REFERENCES "public"."symbols"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "candle_gaps_lacking_idx" ON "candle_gaps" USING btree ("symbol_id","timeframe") WHERE resolved_at IS NULL AND reason IN ('missing', 'provider_late');--> statement-breakpoint
ALTER TABLE "scan_runs" ADD CONSTRAINT "scan_runs_kind_check" CHECK (kind IN ('scan', 'replay', 'import', 'label', 'baseline', 'verify', 'ingest', 'backup', 'backfill', 'gaps', 'retention'));