CREATE TABLE "models" (
	"name" text NOT NULL,
	"version" text NOT NULL,
	"state" text NOT NULL,
	"threshold" numeric NOT NULL,
	"card" jsonb NOT NULL,
	"expires_at" timestamp with time zone,
	"sha256" text NOT NULL,
	"file" "bytea" NOT NULL,
	"added_at" timestamp with time zone NOT NULL,
	"failure" text,
	CONSTRAINT "models_pkey" PRIMARY KEY("name","version"),
	CONSTRAINT "models_state_check" CHECK (state IN ('shadow', 'active', 'retired')),
	CONSTRAINT "models_threshold_check" CHECK (threshold > 0 AND threshold <= 1)
);
--> statement-breakpoint
ALTER TABLE "scan_runs" DROP CONSTRAINT "scan_runs_kind_check";--> statement-breakpoint
ALTER TABLE "models" ADD CONSTRAINT "models_detector_version_fkey" FOREIGN KEY ("name","version") REFERENCES "public"."detector_versions"("id","version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "models_active_key" ON "models" USING btree ("name") WHERE state = 'active';--> statement-breakpoint
ALTER TABLE "scan_runs" ADD CONSTRAINT "scan_runs_kind_check" CHECK (kind IN ('scan', 'replay', 'import', 'label', 'baseline', 'verify', 'ingest'));