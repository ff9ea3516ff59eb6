CREATE TABLE "label_queue" (
	"symbol_id" bigint NOT NULL,
	"timeframe" text NOT NULL,
	"fired_at" timestamp with time zone NOT NULL,
	"kind" text NOT NULL,
	"target_id" bigint NOT NULL,
	CONSTRAINT "label_queue_pkey" PRIMARY KEY("symbol_id","timeframe","fired_at","kind","target_id"),
	CONSTRAINT "label_queue_timeframe_check" CHECK (timeframe IN ('1m', '5m', '15m', '1h', '4h', '5h', '1d')),
	CONSTRAINT "label_queue_kind_check" CHECK (kind IN ('signal', 'baseline'))
);
