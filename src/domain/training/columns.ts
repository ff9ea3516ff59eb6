import { FEATURE_KEYS, type FeatureKey } from '../features/feature.ts';
import type { SampleLabel, TrainingRow, TrainingSample } from './sample.ts';

export type ColumnType = 'string' | 'double' | 'int32' | 'boolean' | 'timestamp';

/**
 * What a column may be used for. Only a `feature` was known when the row's label began and is there for
 * every candle; `meta` was known later, or to signals alone, and must never be learned from.
 */
export type ColumnRole = 'id' | 'time' | 'feature' | 'label' | 'weight' | 'meta';

/** A value of a column; a timestamp as epoch ms. */
export type ColumnValue = string | number | boolean | null;

/** A typed column of the training set. */
export interface TrainingColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly role: ColumnRole;
  /** Meaning and unit, for the manifest. */
  readonly description: string;
  read(row: TrainingRow): ColumnValue;
}

const MEANINGS: Readonly<Record<FeatureKey, string>> = {
  rsi14: 'Wilder RSI of the close, 0 to 100',
  macd_hist: 'MACD(12,26) minus its 9-EMA signal, USD',
  atr14: 'Wilder ATR, USD',
  vwap_dist: '(close - VWAP) / VWAP',
  bb_width: 'Bollinger(20, 2): (upper - lower) / middle',
  bb_pct: 'Bollinger(20, 2): (close - lower) / (upper - lower)',
  rel_vol_20: 'volume / mean volume of the 20 candles before',
  trend_sma20_pct: 'close / SMA20 - 1',
  trend_sma50_pct: 'close / SMA50 - 1',
  trend_sma200_pct: 'close / SMA200 - 1',
  multi_tf_confirmation: 'sum of the trend signs of larger timeframes',
  spread_bps: '(ask - bid) / mid, basis points; known to signals alone',
  session_flag: '0 before, 1 within, 2 after regular hours',
  spy_15m_ret: 'return of the last closed 15m candle of SPY',
  vix_level: 'last close of the VIX',
  market_regime: '-1, 0 or 1: SPY against its daily averages',
  ret_1: 'close return over one candle',
  ret_5: 'close return over five candles',
  realized_vol_20: 'standard deviation of 20 log returns',
  minutes_since_open: "minutes from 09:30 New York to the candle's close",
  day_of_week: '1 is Monday',
};

const ids: readonly TrainingColumn[] = [
  column('sample_id', 'string', 'id', 'names the row, the same in every export', sampleId),
  column('ticker', 'string', 'id', 'instrument', (row) => row.ticker),
  column('timeframe', 'string', 'id', 'length of the candle', (row) => row.timeframe),
  column(
    'is_baseline',
    'boolean',
    'id',
    'drawn by chance, not by a detector',
    (row) => row.source.kind === 'baseline',
  ),
  column(
    'detector_id',
    'string',
    'id',
    'what saw it; null for a baseline',
    (row) => ofSignal(row)?.detectorId,
  ),
  column('detector_version', 'string', 'id', 'its version', (row) => ofSignal(row)?.detectorVersion),
  column(
    'source_system',
    'string',
    'id',
    'basic_scanner or ml_scanner',
    (row) => ofSignal(row)?.sourceSystem,
  ),
  column('origin', 'string', 'id', 'live, replay, sandbox or legacy', (row) => ofSignal(row)?.origin),
];

const times: readonly TrainingColumn[] = [
  column('t0', 'timestamp', 'time', 'features were known, the label begins', (row) => row.t0),
  column('t1', 'timestamp', 'time', 'end of the horizon: the label is known', (row) => row.t1),
];

const features: readonly TrainingColumn[] = [
  column('side', 'int32', 'feature', '1 long, -1 short', (row) => (row.side === 'long' ? 1 : -1)),
  ...FEATURE_KEYS.map((key) =>
    column(
      key,
      'double',
      key === 'spread_bps' ? 'meta' : 'feature',
      MEANINGS[key],
      (row) => row.features[key],
    ),
  ),
];

const labels: readonly TrainingColumn[] = [
  column('label', 'int32', 'label', '1 when TP1 was touched before the stop, else 0', (row) =>
    row.label.firstBarrier === null ? null : Number(row.label.firstBarrier === 'tp1'),
  ),
  column('first_barrier', 'string', 'label', 'tp1, stop or none', (row) => row.label.firstBarrier),
  column(
    'ambiguous',
    'boolean',
    'label',
    'TP1 and stop first touched in one candle',
    (row) => row.label.ambiguous,
  ),
  column('gap_fill', 'boolean', 'label', 'the first barrier was passed by a gap', (row) => row.label.gapFill),
  ratio('ret_close', 'return to the last close of the horizon, not signed by side', 'retClose'),
  ratio('max_run_up', 'highest high against entry', 'maxRunUp'),
  ratio('max_drawdown', 'lowest low against entry', 'maxDrawdown'),
  ratio(
    'ret_worst',
    'return of leaving at the first barrier, signed by side; the worse end of a tie',
    'retWorst',
  ),
  ratio('ret_best', 'the same, the better end of a tie', 'retBest'),
  column(
    'dividend_usd',
    'double',
    'label',
    'what went ex within the window, USD a share: the price fell by it and nobody lost it',
    (row) => row.label.dividendUsd,
  ),
  column('hit_tp1', 'boolean', 'label', 'TP1 touched within the horizon', (row) => row.label.hitTp1),
  column('hit_tp2', 'boolean', 'label', 'TP2 touched', (row) => row.label.hitTp2),
  column('hit_tp3', 'boolean', 'label', 'TP3 touched', (row) => row.label.hitTp3),
  column('hit_stop', 'boolean', 'label', 'stop touched', (row) => row.label.hitStop),
  column('t_to_tp1_s', 'double', 'label', 'seconds from t0 to the touch of TP1', (row) =>
    seconds(row.label.tToTp1Ms),
  ),
  column('t_to_stop_s', 'double', 'label', 'seconds from t0 to the touch of the stop', (row) =>
    seconds(row.label.tToStopMs),
  ),
  column(
    'entry_price',
    'double',
    'label',
    'what the label is measured from, USD',
    (row) => row.label.entryPrice ?? row.price,
  ),
];

const weights: readonly TrainingColumn[] = [
  column(
    'uniqueness',
    'double',
    'weight',
    'average uniqueness among rows of the ticker, (0, 1]',
    (row) => row.uniqueness,
  ),
  column(
    'match_weight',
    'double',
    'weight',
    'makes baselines resemble the signals; 1 for a signal',
    (row) => row.matchWeight,
  ),
];

const metas: readonly TrainingColumn[] = [
  column('price', 'double', 'meta', 'close of the candle, USD', (row) => row.price),
  column(
    'score',
    'double',
    'meta',
    "the detector's score; null for a baseline",
    (row) => ofSignal(row)?.score,
  ),
  column('near_signal', 'boolean', 'meta', 'a baseline close to a real signal', (row) =>
    row.source.kind === 'baseline' ? row.source.nearSignal : null,
  ),
  column(
    'decision',
    'string',
    'meta',
    'last decision of anyone: enter, ignore, watch, snooze',
    (row) => decisionOf(row)?.action,
  ),
  column('decided_at', 'timestamp', 'meta', 'when', (row) => decisionOf(row)?.decidedAt),
  column('decision_latency_ms', 'double', 'meta', 'from card to click', (row) => decisionOf(row)?.latencyMs),
  column('entered', 'boolean', 'meta', 'somebody entered', (row) => decisionOf(row)?.entered),
];

/** Every column, in the order of the file. */
export const TRAINING_COLUMNS: readonly TrainingColumn[] = [
  ids,
  times,
  features,
  labels,
  weights,
  metas,
].flat();

function column(
  name: string,
  type: ColumnType,
  role: ColumnRole,
  description: string,
  read: (row: TrainingRow) => ColumnValue | undefined,
): TrainingColumn {
  return { name, type, role, description, read: (row) => read(row) ?? null };
}

function ratio(name: string, description: string, key: keyof SampleLabel): TrainingColumn {
  return column(name, 'double', 'label', description, (row) => row.label[key]);
}

/** Made of what the row is, not of a row number, so that two databases with the same history agree. */
function sampleId(row: TrainingSample): string {
  const { ticker, timeframe, t0, side } = row;
  const signal = ofSignal(row);
  const by = signal === null ? 'baseline' : `${signal.detectorId}@${signal.detectorVersion}`;
  return `${ticker} ${timeframe} ${new Date(t0).toISOString().slice(0, 19)}Z ${side} ${by}`;
}

function ofSignal({ source }: TrainingSample) {
  return source.kind === 'signal' ? source : null;
}

function decisionOf(row: TrainingSample) {
  return ofSignal(row)?.decision ?? null;
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}
