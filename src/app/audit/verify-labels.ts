import { newYorkDate, type Session, sessionsBetween } from '../../domain/calendar.ts';
import { firstClosingAfter, knownThrough } from '../../domain/labels/completeness.ts';
import { type LabelQuestion, labelAmong } from '../../domain/labels/label-path.ts';
import type { LabelTarget, Outcome } from '../../domain/labels/outcome.ts';
import type { PathCandle } from '../../domain/labels/settle-tie.ts';
import { LABEL_VERSIONS, labelVersion } from '../../domain/labels/versions.ts';
import { breathe } from '../breathe.ts';
import { readFiner, toPath } from '../labels/label-ties.ts';
import type { SeriesKey, StoredOutcome } from '../ports.ts';
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
/** Candles after a horizon that are laid before the label, to see that they are not looked at. */
const LATER_MS = 5 * DAY;

/** Labels a target among candles of its series, from the first after it to any number after its horizon. */
export type LabelFunction = (
  target: LabelTarget,
  candles: readonly PathCandle[],
  question: LabelQuestion,
) => Outcome | null;

type Deps = Pick<Services, 'stores' | 'settings'>;

/**
 * Computes every stored outcome of a period again, of signals and baselines, by the definition rather than by
 * the sweep that wrote it: once from candles cut at the horizon's end, once with later ones present.
 */
export async function verifyLabels(
  deps: Deps,
  input: VerifyInput & { readonly labelVersion?: number },
  label: LabelFunction = labelAmong,
): Promise<Verification> {
  const findings = noFindings();
  const versions = input.labelVersion === undefined ? LABEL_VERSIONS : [labelVersion(input.labelVersion)];
  for (const series of await deps.stores.candles.series()) {
    for (const window of windowsOf(input)) {
      const stored = await deps.stores.outcomes.stored(series, { versions, ...window });
      if (stored.length > 0) await verifyBatch(deps, { series, stored, now: input.now, label }, findings);
    }
  }
  return findings;
}

interface Batch {
  readonly series: SeriesKey;
  readonly stored: readonly StoredOutcome[];
  readonly now: number;
  readonly label: LabelFunction;
}

async function verifyBatch(deps: Deps, batch: Batch, findings: Findings): Promise<void> {
  const knowledge = await readKnowledge(deps, batch);
  for (const row of batch.stored) {
    await breathe();
    findings.checked += 1;
    const difference = await compare(deps, batch, { row, ...knowledge });
    if (difference === null) continue;
    if (difference === 'later' || row.isRevised) findings.revised += 1;
    else findings.differences.push(`${nameOf(row.outcome)}: ${difference}`);
  }
}

/** What is known of a series from the oldest target on. */
interface Knowledge {
  readonly sessions: readonly Session[];
  readonly candles: readonly PathCandle[];
  /** Up to when all is known after a moment, epoch ms. */
  readonly known: (after: number) => number;
}

async function readKnowledge({ stores, settings }: Deps, { series, stored, now }: Batch): Promise<Knowledge> {
  const from = Math.min(...stored.map(({ outcome }) => outcome.target.firedAt));
  const end = Math.max(...stored.map(({ outcome }) => outcome.horizonEndTs ?? outcome.target.firedAt));
  const sessions = sessionsBetween(from, now, series.timeframe);
  const coverage = await stores.candles.coverage(series, newYorkDate(from), newYorkDate(now));
  const candles = await stores.candles.read(series, { from, to: end + LATER_MS });
  return {
    sessions,
    candles: candles.map((candle) => toPath(candle, series.timeframe)),
    known: knownThrough(sessions, coverage, now - settings.graceMs),
  };
}

interface Comparison extends Knowledge {
  readonly row: StoredOutcome;
}

/** What differs, in words; `later` when only data that came since explains it; null when nothing does. */
async function compare(
  { stores }: Deps,
  { series, label }: Batch,
  { row: { outcome }, sessions, candles, known }: Comparison,
): Promise<string | null> {
  const { target, horizon, horizonEndTs: end } = outcome;
  const through = known(target.firedAt);
  if (end !== null && end > through) return 'was written before its horizon was complete';
  const question = {
    horizon,
    version: labelVersion(outcome.labelVersion),
    sessionClose: sessions[firstClosingAfter(sessions, target.firedAt)]?.close ?? Number.POSITIVE_INFINITY,
  };
  const after = candles.slice(firstFrom(candles, target.firedAt));
  if (end === null) {
    const possible = attempt(() => label(target, after, question));
    if (typeof possible === 'string') return possible;
    const came = possible?.horizonEndTs != null && possible.horizonEndTs <= through;
    return came ? 'later' : null;
  }
  const upTo = (last: number) => after.slice(0, firstFrom(after, last));
  const differs = async (among: readonly PathCandle[]) => {
    const again = attempt(() => label(target, among, question));
    const difference = differenceOf(outcome, again);
    if (difference === null || typeof again === 'string') return difference;
    if (again?.state !== 'resolved' || !again.ambiguous) return difference;
    const tie = among.find(({ end: close }) => close - target.firedAt === again.tToTp1Ms);
    const finer = await readFiner(stores.candles, series, tie === undefined ? [] : [tie.ts]);
    const settled = { ...question, finer: (ts: number) => finer.get(ts) ?? null };
    return differenceOf(
      outcome,
      attempt(() => label(target, among, settled)),
    );
  };
  const cut = await differs(upTo(end));
  if (cut !== null) return cut;
  const later = await differs(after);
  return later === null ? null : `${later}, once later candles are present`;
}

/** Index of the first candle that opens at or after a moment. */
function firstFrom(candles: readonly PathCandle[], moment: number): number {
  let low = 0;
  let high = candles.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((candles[middle]?.ts ?? moment) < moment) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The outcome, or in words why there is none: a definition that fails at one row says so of each, and hides no other. */
function attempt(compute: () => Outcome | null): Outcome | string | null {
  try {
    return compute();
  } catch (error) {
    return `cannot be computed again: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The first thing two outcomes of one target tell differently; null when they agree. */
function differenceOf(stored: Outcome, again: Outcome | string | null): string | null {
  if (typeof again === 'string') return again;
  if (again === null) return 'its candles are not stored any more';
  const [was, is] = [factsOf(stored), factsOf(again)];
  const key = [...new Set([...Object.keys(was), ...Object.keys(is)])].find((each) => was[each] !== is[each]);
  return key === undefined ? null : `${key} is ${was[key]}, computed again ${is[key]}`;
}

function factsOf({ target: _, horizon: __, ...outcome }: Outcome): Readonly<Record<string, unknown>> {
  if (outcome.state !== 'resolved') return { ...outcome };
  const { trade, ...rest } = outcome;
  return { ...rest, ...trade };
}

function nameOf({ target, horizon, labelVersion: version }: Outcome): string {
  const bars = horizon.bars === 0 ? 'to the close' : `${horizon.bars} x ${horizon.timeframe}`;
  return `${target.kind} ${target.id} ${target.side} (${nameMoment(target.firedAt)}), ${bars}, version ${version}`;
}
