import type { Candle } from '../../domain/candle.ts';
import { FEATURE_KEYS, type FeatureVector } from '../../domain/features/feature.ts';
import { type VectorInputs, vectorAt } from '../../domain/features/reproduce-vector.ts';
import { FEATURE_VERSION } from '../../domain/features/vector.ts';
import { MARKET_TICKER, VOLATILITY_TICKER } from '../../domain/ticker.ts';
import { HIGHER_TIMEFRAMES, isTimeframe, type Timeframe } from '../../domain/timeframe.ts';
import { breathe } from '../breathe.ts';
import type { FrozenVector, SeriesKey } from '../ports.ts';
import type { Services } from '../services.ts';
import {
  type Findings,
  nameMoment,
  noFindings,
  type Verification,
  type VerifyInput,
  windowsOf,
} from './verification.ts';

const DAY = 86_400_000;
/** Candles after the moment that are laid before the features, to see that they are not looked at. */
const LATER_MS = 5 * DAY;
const TOLERANCE = 1e-9;

/** Computes the features as of the candle that opens at a moment, from inputs that may hold later candles. */
export type VectorFunction = (inputs: VectorInputs, ts: number) => FeatureVector;

type Deps = Pick<Services, 'stores'>;

/**
 * Computes every stored vector of a period again, of signals and baselines: once from exactly the candles its
 * `feature_inputs` name, once with later candles present. A feature that looks ahead, or a row that was not
 * computed from what it says, differs in one of the two.
 */
export async function verifyFeatures(
  { stores }: Deps,
  input: VerifyInput,
  compute: VectorFunction = vectorAt,
): Promise<Verification> {
  const findings = noFindings();
  for (const series of await stores.baselines.series()) {
    for (const window of windowsOf(input)) {
      const vectors = await stores.vectors.frozen(series, window);
      const known = vectors.filter(({ featureVersion }) => featureVersion === FEATURE_VERSION);
      await verifyBatch(stores, { series, vectors: known, compute }, findings);
    }
  }
  return findings;
}

interface Batch {
  readonly series: SeriesKey;
  readonly vectors: readonly FrozenVector[];
  readonly compute: VectorFunction;
}

async function verifyBatch(
  stores: Deps['stores'],
  { series, vectors, compute }: Batch,
  findings: Findings,
): Promise<void> {
  const candles = await readInputs(stores, vectors);
  for (const vector of vectors) {
    await breathe();
    findings.checked += 1;
    const own = vector.inputs[keyOf(series)];
    const name = `${vector.kind} ${vector.id} (${series.ticker} ${series.timeframe} ${nameMoment(vector.firedAt)})`;
    if (own === null || own === undefined) {
      findings.differences.push(`${name} does not say which candles it rests on`);
      continue;
    }
    const again = (laterMs: number) => {
      const inputs = inputsOf(series, vector, (key) => sliceOf(candles, vector, { key, laterMs }));
      return differenceOf(vector.features, () => compute(inputs, own.last));
    };
    const difference = again(0) ?? withLater(again(LATER_MS));
    if (difference === null) continue;
    if (await isRevised(stores, vector)) findings.revised += 1;
    else findings.differences.push(`${name}: ${difference}`);
  }
}

function withLater(difference: string | null): string | null {
  return difference === null ? null : `${difference}, once later candles are present`;
}

/** Every series that some vector of the batch rests on, from its first candle to a while after its last. */
async function readInputs(
  { candles }: Deps['stores'],
  vectors: readonly FrozenVector[],
): Promise<ReadonlyMap<string, readonly Candle[]>> {
  const ranges = new Map<string, { from: number; to: number }>();
  for (const { inputs } of vectors) {
    for (const [key, range] of Object.entries(inputs)) {
      if (range === null) continue;
      const known = ranges.get(key) ?? { from: range.first, to: range.last };
      ranges.set(key, { from: Math.min(known.from, range.first), to: Math.max(known.to, range.last) });
    }
  }
  const read = new Map<string, readonly Candle[]>();
  for (const [key, { from, to }] of ranges) {
    const series = parseKey(key);
    if (series !== null) read.set(key, await candles.read(series, { from, to: to + LATER_MS }));
  }
  return read;
}

/** The candles of one series that a vector names, and those of a while after them. */
function sliceOf(
  candles: ReadonlyMap<string, readonly Candle[]>,
  { inputs }: FrozenVector,
  { key, laterMs }: { readonly key: string; readonly laterMs: number },
): readonly Candle[] {
  const range = inputs[key];
  if (range === null || range === undefined) return [];
  return (candles.get(key) ?? []).filter(({ ts }) => ts >= range.first && ts <= range.last + laterMs);
}

function inputsOf(
  { ticker, timeframe }: SeriesKey,
  { quote }: FrozenVector,
  candlesOf: (key: string) => readonly Candle[],
): VectorInputs {
  const of = (series: SeriesKey) => candlesOf(keyOf(series));
  const higher = HIGHER_TIMEFRAMES[timeframe].map((larger): [Timeframe, readonly Candle[]] => [
    larger,
    of({ ticker, timeframe: larger }),
  ]);
  return {
    ticker,
    timeframe,
    candles: of({ ticker, timeframe }),
    higher: new Map(higher),
    spy15m: of({ ticker: MARKET_TICKER, timeframe: '15m' }),
    spy1d: of({ ticker: MARKET_TICKER, timeframe: '1d' }),
    vix15m: of({ ticker: VOLATILITY_TICKER, timeframe: '15m' }),
    quote,
  };
}

/** The first feature that is not what it was; null when all are. */
function differenceOf(stored: FeatureVector, compute: () => FeatureVector): string | null {
  const again = tryCompute(compute);
  if (typeof again === 'string') return `it cannot be computed again: ${again}`;
  const key = FEATURE_KEYS.find((each) => !isSame(stored[each] ?? null, again[each]));
  return key === undefined ? null : `${key} is ${stored[key] ?? null}, computed again ${again[key]}`;
}

/** @returns why it failed instead, as when a candle is not stored any more. */
function tryCompute(compute: () => FeatureVector): FeatureVector | string {
  try {
    return compute();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isSame(one: number | null, other: number | null): boolean {
  if (one === null || other === null) return one === other;
  return Math.abs(one - other) <= TOLERANCE * Math.max(1e-3, Math.abs(one), Math.abs(other));
}

async function isRevised({ candles }: Deps['stores'], vector: FrozenVector): Promise<boolean> {
  for (const [key, range] of Object.entries(vector.inputs)) {
    const series = parseKey(key);
    if (series === null || range === null) continue;
    if (await candles.wasRevised(series, { from: range.first, to: range.last, since: vector.recordedAt }))
      return true;
  }
  return false;
}

/** As `feature_inputs` names a series. */
function keyOf({ ticker, timeframe }: SeriesKey): string {
  return `${ticker} ${timeframe}`;
}

function parseKey(key: string): SeriesKey | null {
  const [ticker = '', timeframe = ''] = key.split(' ');
  return isTimeframe(timeframe) ? { ticker, timeframe } : null;
}
