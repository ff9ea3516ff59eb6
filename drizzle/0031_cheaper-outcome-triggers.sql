-- The rows of one signal come together, at every horizon and version: it is looked up once for all of them, and its
-- day is told once. Each look is one into the index, where a join might be planned over all signals there are.
CREATE OR REPLACE FUNCTION check_outcomes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  orphan bigint;
  any_unplaced boolean;
BEGIN
  SELECT
    min(a.signal_id) FILTER (WHERE CASE a.signal_fired_at
      WHEN 'epoch' THEN (SELECT true FROM signals s WHERE s.id = a.signal_id LIMIT 1)
      ELSE (SELECT true FROM signals s WHERE s.id = a.signal_id AND s.fired_at = a.signal_fired_at)
    END IS NULL),
    bool_or(a.signal_fired_at = 'epoch')
  INTO orphan, any_unplaced
  FROM (SELECT DISTINCT signal_id, signal_fired_at FROM added) AS a;
  IF orphan IS NOT NULL THEN
    RAISE foreign_key_violation USING
      MESSAGE = format('signal %s does not exist, or fired at another time', orphan),
      TABLE = 'outcomes';
  END IF;

  -- Rows that did not say when their signal fired are put where they belong.
  IF any_unplaced THEN
    WITH unplaced AS (
      DELETE FROM outcomes
      WHERE signal_fired_at = 'epoch' AND signal_id IN (SELECT signal_id FROM added)
      RETURNING *
    )
    INSERT INTO outcomes (
      signal_id, signal_fired_at, horizon_tf, horizon_bars, ret_close, max_run_up, max_drawdown,
      hit_tp1, hit_tp2, hit_tp3, hit_stop, t_to_tp1, t_to_stop, label_version, computed_at,
      first_barrier, ambiguous, horizon_end_ts, state, entry_price, gap_fill, ret_worst, ret_best, settled_by
    )
    SELECT
      u.signal_id, s.fired_at, u.horizon_tf, u.horizon_bars, u.ret_close, u.max_run_up, u.max_drawdown,
      u.hit_tp1, u.hit_tp2, u.hit_tp3, u.hit_stop, u.t_to_tp1, u.t_to_stop, u.label_version, u.computed_at,
      u.first_barrier, u.ambiguous, u.horizon_end_ts, u.state, u.entry_price, u.gap_fill, u.ret_worst, u.ret_best,
      u.settled_by
    FROM unplaced u JOIN signals s ON s.id = u.signal_id;
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION note_signal_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO stats_changes (day)
  SELECT DISTINCT new_york_day(signal_fired_at) FROM (SELECT DISTINCT signal_fired_at FROM changed) AS moments;
  RETURN NULL;
END
$$;
