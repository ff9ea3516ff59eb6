import { FEATURE_KEYS, type FeatureKey, type FeatureVector } from '../../domain/features/feature.ts';
import type {
  SampleDecision,
  SampleLabel,
  SampleSource,
  TrainingSample,
} from '../../domain/training/sample.ts';

/** Columns of an outcome `o` of a row, whose window begins at `t0`, named as `SampleLabel` names them. */
export const labelColumns = (row: string, t0: string) => `
  o.ret_close::float8 AS "retClose", o.max_run_up::float8 AS "maxRunUp", o.max_drawdown::float8 AS "maxDrawdown",
  o.hit_tp1 AS "hitTp1", o.hit_tp2 AS "hitTp2", o.hit_tp3 AS "hitTp3", o.hit_stop AS "hitStop",
  (extract(epoch FROM o.t_to_tp1) * 1000)::float8 AS "tToTp1Ms",
  (extract(epoch FROM o.t_to_stop) * 1000)::float8 AS "tToStopMs",
  o.first_barrier AS "firstBarrier", o.ambiguous, o.gap_fill AS "gapFill",
  o.entry_price::float8 AS "entryPrice", o.ret_worst::float8 AS "retWorst", o.ret_best::float8 AS "retBest",
  (SELECT coalesce(sum(a.amount_usd), 0) FROM corporate_actions a
   WHERE a.symbol_id = ${row}.symbol_id AND a.kind = 'dividend'
     AND a.ex_date > (${t0} AT TIME ZONE 'America/New_York')::date
     AND a.ex_date <= (o.horizon_end_ts AT TIME ZONE 'America/New_York')::date)::float8 AS "dividendUsd"`;

type Features = { readonly features: Partial<FeatureVector> };
type Common = Pick<TrainingSample, 'ticker' | 'timeframe' | 'side' | 't0' | 't1' | 'price' | 'stratum'> &
  Features;

/** A row of the signals' query; without a decision its last four are null. */
export type SignalRow = Common &
  SampleLabel &
  Omit<Extract<SampleSource, { kind: 'signal' }>, 'kind' | 'decision'> & {
    readonly [Key in keyof SampleDecision]: SampleDecision[Key] | null;
  };

/** A row of the baselines' query. */
export type BaselineRow = Common & SampleLabel & { readonly nearSignal: boolean };

export function toSignalSample(row: SignalRow): TrainingSample {
  const { detectorId, detectorVersion, sourceSystem, origin, score, ...rest } = row;
  const { action, decidedAt, latencyMs, entered, ...labelled } = rest;
  const decision =
    action === null || decidedAt === null
      ? null
      : { action, decidedAt, latencyMs, entered: entered ?? false };
  return toSample(labelled, {
    kind: 'signal',
    detectorId,
    detectorVersion,
    sourceSystem,
    origin,
    score,
    decision,
  });
}

export function toBaselineSample({ nearSignal, ...labelled }: BaselineRow): TrainingSample {
  return toSample(labelled, { kind: 'baseline', nearSignal });
}

function toSample(row: Common & SampleLabel, source: SampleSource): TrainingSample {
  const { ticker, timeframe, side, t0, t1, price, stratum, features, ...label } = row;
  return { ticker, timeframe, side, t0, t1, price, stratum, features: toVector(features), label, source };
}

function toVector(stored: Partial<FeatureVector>): FeatureVector {
  const entries = FEATURE_KEYS.map((key): [FeatureKey, number | null] => [key, stored[key] ?? null]);
  return Object.fromEntries(entries) as FeatureVector; // every key is there by construction
}
