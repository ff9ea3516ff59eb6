CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE restrict_violation USING
    MESSAGE = format('%s refused: the rows of %s are never changed, write a new one', lower(TG_OP), TG_TABLE_NAME),
    TABLE = TG_TABLE_NAME;
END
$$;
--> statement-breakpoint
CREATE TRIGGER decisions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON decisions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
-- Outcomes go when their signal goes, but no label is ever edited.
CREATE TRIGGER outcomes_insert_only BEFORE UPDATE ON outcomes
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
