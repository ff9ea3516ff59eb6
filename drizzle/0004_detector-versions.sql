-- A detector written by anybody has its version kept, so that signals can refer to it.
CREATE FUNCTION keep_detector_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO detector_versions (id, version, kind, params)
  VALUES (NEW.id, NEW.version, NEW.kind, NEW.params)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER detectors_keep_version AFTER INSERT OR UPDATE ON detectors FOR EACH ROW
  EXECUTE FUNCTION keep_detector_version();
