-- Inserts written against the owner's tables know nothing of signal_fired_at: it is filled from the signal.
CREATE FUNCTION fill_signal_fired_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT fired_at INTO NEW.signal_fired_at FROM signals WHERE id = NEW.signal_id;
  IF NOT FOUND THEN
    RAISE foreign_key_violation USING
      MESSAGE = format('signal %s does not exist', NEW.signal_id),
      TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER alerts_fill_signal_fired_at BEFORE INSERT ON alerts FOR EACH ROW
  WHEN (NEW.signal_id IS NOT NULL AND NEW.signal_fired_at IS NULL)
  EXECUTE FUNCTION fill_signal_fired_at();
--> statement-breakpoint
CREATE TRIGGER decisions_fill_signal_fired_at BEFORE INSERT ON decisions FOR EACH ROW
  WHEN (NEW.signal_id IS NOT NULL AND NEW.signal_fired_at IS NULL)
  EXECUTE FUNCTION fill_signal_fired_at();
--> statement-breakpoint
CREATE TRIGGER orders_fill_signal_fired_at BEFORE INSERT ON orders FOR EACH ROW
  WHEN (NEW.signal_id IS NOT NULL AND NEW.signal_fired_at IS NULL)
  EXECUTE FUNCTION fill_signal_fired_at();
