import { isTooOldToAct } from '../../domain/card.ts';
import { FEATURE_KEYS, type FeatureVector } from '../../domain/features/feature.ts';
import { compareWithOurs, type Difference, type GivenSignal, whyRefused } from '../../domain/given-signal.ts';
import { type NewCard, planCards } from '../../domain/plan-cards.ts';
import type { NewSignal, Origin } from '../../domain/signal.ts';
import type { WatchParams } from '../../domain/watch.ts';
import type { Watch } from '../ports.ts';
import { count, type RunTally, underRun } from '../run.ts';
import type { Services } from '../services.ts';
import { computeOurs, type Ours } from './compute-ours.ts';
import type { DetectorRefusal, ParsedLine } from './ingest-ports.ts';

/** Features that were not computed by us have no version of ours. */
const NOT_OURS = 0;

export interface IngestSignalsInput {
  readonly batches: AsyncIterable<readonly ParsedLine[]>;
  /** Epoch ms: a pipe may stay open for days. */
  readonly clock: () => number;
  readonly onRejected: (rejected: RejectedLine) => void;
  readonly onDifference: (difference: Difference & { readonly line: number }) => void;
}

export interface RejectedLine {
  readonly line: number;
  readonly text: string;
  readonly reason: string;
}

export interface IngestResult {
  readonly lines: number;
  readonly stored: number;
  /** Were there already. */
  readonly repeated: number;
  readonly rejected: number;
  readonly cards: number;
  /** Values that differ from ours for the same candle. */
  readonly differences: number;
}

type Deps = Pick<Services, 'stores' | 'log' | 'settings'>;
type Readable = Extract<ParsedLine, { signal: GivenSignal }>;

/**
 * Takes in signals of other programs as if the scanner had seen them: signals, alerts and cards in one
 * transaction for each series, the same line twice without effect. Where the candle is stored, our features
 * are kept and what differs is told. Every line is stored or rejected, one by one.
 */
export function ingestSignals(deps: Deps, input: IngestSignalsInput): Promise<IngestResult> {
  return underRun(deps, { kind: 'ingest', startedAt: input.clock() }, async (runId, tally) => {
    for await (const batch of input.batches) await ingestBatch(deps, { ...input, runId, tally }, batch);
    const { lines = 0, stored = 0, repeated = 0, rejected = 0, cards = 0, differences = 0 } = tally.counts;
    deps.log.info({ ...tally.counts }, 'signals taken in');
    return { lines, stored, repeated, rejected, cards, differences };
  });
}

interface Ingest extends IngestSignalsInput {
  readonly runId: string;
  readonly tally: RunTally;
}

async function ingestBatch(deps: Deps, ingest: Ingest, batch: readonly ParsedLine[]): Promise<void> {
  const { tally } = ingest;
  const now = ingest.clock();
  const reject = ({ line, text }: ParsedLine, reason: string): void => {
    count(tally, 'rejected');
    ingest.onRejected({ line, text, reason });
  };
  count(tally, 'lines', batch.length);
  const readable = batch.flatMap((parsed) => {
    const reason = 'reason' in parsed ? parsed.reason : whyRefused(parsed.signal, now);
    if (reason === null && 'signal' in parsed) return [parsed];
    reject(parsed, reason ?? '');
    return [];
  });
  const refusals = await deps.stores.detectors.register(readable.map(({ signal }) => signal.detector));
  const taken = readable.filter((parsed) => {
    const refusal = refusals.get(parsed.signal.detector.id);
    if (refusal !== undefined) reject(parsed, sayRefusal(parsed.signal, refusal));
    return refusal === undefined;
  });
  const watches = await deps.stores.watches.active();
  const series = Map.groupBy(taken, ({ signal }) => `${signal.ticker} ${signal.timeframe}`);
  for (const lines of series.values()) await ingestSeries(deps, ingest, { lines, watches, now });
}

interface SeriesLines {
  /** Of one ticker and timeframe. */
  readonly lines: readonly Readable[];
  readonly watches: readonly Watch[];
  readonly now: number;
}

async function ingestSeries(deps: Deps, ingest: Ingest, { lines, watches, now }: SeriesLines): Promise<void> {
  const [first] = lines;
  if (first === undefined) return;
  const { ticker, timeframe } = first.signal;
  const watch = watches.find((each) => each.ticker === ticker && each.timeframe === timeframe);
  const channelId = watch?.channelId || deps.settings.alertChannelId || null;
  const ours = await computeOurs(deps.stores.candles, {
    ticker,
    timeframe,
    lines: lines.map(({ signal }) => signal),
  });
  const found = lines.map(({ line, signal }) => {
    const own = ours.get(signal) ?? null;
    for (const difference of own === null
      ? []
      : compareWithOurs(signal, { price: own.priceAtSignal, features: own.features })) {
      count(ingest.tally, 'differences');
      ingest.onDifference({ line, ...difference });
    }
    return { origin: originOf(signal, now), signal: toSignal(signal, own, now) };
  });
  for (const [origin, group] of Map.groupBy(found, (each) => each.origin)) {
    const signals = group.map(({ signal }) => signal);
    const written = await deps.stores.signals.recordGiven({
      ticker,
      timeframe,
      channelId: watch === undefined ? null : channelId,
      signals,
      cards: planGivenCards(deps, { signals, watch, now }),
      origin,
      runId: ingest.runId,
    });
    count(ingest.tally, 'stored', written.signals);
    count(ingest.tally, 'repeated', signals.length - written.signals);
    count(ingest.tally, 'cards', written.cards);
  }
}

/** As for a scan; of a series that nobody watches nobody is shown a card. */
function planGivenCards(
  { settings }: Deps,
  {
    signals,
    watch,
    now,
  }: { readonly signals: readonly NewSignal[]; readonly watch: Watch | undefined; readonly now: number },
): NewCard[] {
  const everything: WatchParams = {
    detectors: [],
    minScore: 0,
    sides: ['long', 'short'],
    cooldownMinutes: 0,
  };
  const rules = { params: watch?.params ?? everything, levelRule: settings.levelRule, now };
  const cards = planCards(signals, rules);
  return watch === undefined ? cards.map((card) => ({ ...card, suppressedReason: 'not_watched' })) : cards;
}

function originOf({ origin, firedAt, timeframe }: GivenSignal, now: number): Origin {
  return origin ?? (isTooOldToAct(firedAt, timeframe, now) ? 'legacy' : 'live');
}

/** Ours wherever the candle is stored, for all rows of history mean the same then; what only they know is kept beside. */
function toSignal(given: GivenSignal, ours: Ours | null, now: number): NewSignal {
  const { timeframe, firedAt, side, detector, score, price, quote } = given;
  const features = { ...emptyVector(), ...given.features, ...ours?.features };
  return {
    timeframe,
    firedAt,
    side,
    detectorId: detector.id,
    detectorVersion: detector.version,
    sourceSystem: detector.kind === 'ml' ? 'ml_scanner' : 'basic_scanner',
    score,
    priceAtSignal: price,
    quote,
    session: 'regular',
    features,
    featureVersion: ours?.featureVersion ?? NOT_OURS,
    featureInputs: ours?.featureInputs ?? {},
    dataFreshnessMs: given.origin === 'replay' ? null : now - firedAt,
  };
}

function emptyVector(): FeatureVector {
  return Object.fromEntries(FEATURE_KEYS.map((key) => [key, null])) as FeatureVector; // every key is there
}

function sayRefusal({ detector }: GivenSignal, refusal: DetectorRefusal): string {
  return refusal === 'ours'
    ? `detector_id "${detector.id}" is a detector of OraCore itself: give yours another name`
    : `detector_id "${detector.id}" is registered with another kind than "${detector.kind}"`;
}
