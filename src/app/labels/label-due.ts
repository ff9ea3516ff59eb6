import type { Outcome } from '../../domain/labels/outcome.ts';
import { LABEL_VERSIONS, labelVersion } from '../../domain/labels/versions.ts';
import type { LabelScope } from '../ports.ts';
import { count, type RunTally, underRun } from '../run.ts';
import { type LabelDeps, sweepSeries } from './label-sweep.ts';

/** A process that labels one series for longer than this has died. */
const SERIES_LEASE_MS = 10 * 60_000;

export interface LabelDueInput {
  readonly now: number;
  /** All versions unless one is named. */
  readonly labelVersion?: number;
  /** Only signals and baselines of this moment or later, epoch ms. */
  readonly from?: number;
  /** Only signals and baselines of this moment or earlier, epoch ms. */
  readonly to?: number;
  /** Names the process where several may label at once: what one is at, the others leave out. */
  readonly by?: string;
  /** Once it is aborted no further series is begun. */
  readonly stopping?: AbortSignal;
  /** Says what would be written, and writes nothing. */
  readonly dryRun?: boolean;
}

export interface LabelResult {
  /** Series of candles that had something to measure. */
  readonly series: number;
  /** New rows; in a dry run, rows there would be. */
  readonly outcomes: number;
  /** Of these: next open already beyond the stop or TP1. */
  readonly invalidEntry: number;
  /** Of these: can never be known. */
  readonly dataMissing: number;
  /** Outcomes still to come: their horizon is not complete. */
  readonly pending: number;
  /** Series that could not be labelled, each with the reason, in a sentence. */
  readonly failures: readonly string[];
}

export interface LabelProgress {
  readonly seriesDone: number;
  readonly seriesTotal: number;
  readonly outcomes: number;
}

/**
 * Writes an outcome for every signal, baseline, horizon and version that is complete and has none, whatever
 * became of the signal's card. There is no cursor: what is missing is found from the rows, and rows are only
 * added. So running it again, twice at once, with more data or after a crash is harmless. A series that fails
 * is reported and stops only itself.
 *
 * @throws OraError `not_found` for an unknown label version.
 */
export async function labelDue(
  deps: LabelDeps,
  input: LabelDueInput,
  onProgress: (progress: LabelProgress) => void = () => {},
): Promise<LabelResult> {
  const versions = input.labelVersion === undefined ? LABEL_VERSIONS : [labelVersion(input.labelVersion)];
  const scope: LabelScope = {
    versions,
    ...(input.from !== undefined && { from: input.from }),
    ...(input.to !== undefined && { to: input.to }),
  };
  const work = (tally: RunTally) => labelScope(deps, { ...input, scope, tally }, onProgress);
  if (input.dryRun === true) return work({ counts: {}, errors: [] });
  return underRun(deps, { kind: 'label', startedAt: input.now }, (_runId, tally) => work(tally));
}

interface ScopeInput extends LabelDueInput {
  readonly scope: LabelScope;
  readonly tally: RunTally;
}

async function labelScope(
  deps: LabelDeps,
  { now, scope, tally, by, stopping, dryRun = false }: ScopeInput,
  onProgress: (progress: LabelProgress) => void,
): Promise<LabelResult> {
  const { outcomes } = deps.stores;
  const write = dryRun ? async (rows: readonly Outcome[]) => rows.length : outcomes.insert;
  const todo = await outcomes.unresolved(scope);
  const total = { outcomes: 0, invalidEntry: 0, dataMissing: 0, pending: 0 };
  const began = performance.now();
  for (const [index, series] of todo.entries()) {
    if (stopping?.aborted) break;
    const name = `label ${series.ticker} ${series.timeframe}`;
    const claim = { by: by ?? '', now: now + performance.now() - began, leaseMs: SERIES_LEASE_MS };
    if (by !== undefined && !(await deps.stores.leases.take(name, claim))) continue;
    try {
      const swept = await sweepSeries(deps, { series, scope, now, write });
      total.outcomes += swept.inserted;
      total.invalidEntry += swept.invalidEntry;
      total.dataMissing += swept.dataMissing;
      total.pending += swept.missing - swept.resolved - swept.invalidEntry - swept.dataMissing;
      deps.log.debug({ ...series, ...swept }, 'series labelled');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      tally.errors.push(`${series.ticker} ${series.timeframe}: ${reason}`);
      deps.log.error({ series, error }, 'series not labelled');
    }
    if (by !== undefined) await deps.stores.leases.giveBack(name, by);
    onProgress({ seriesDone: index + 1, seriesTotal: todo.length, outcomes: total.outcomes });
  }
  count(tally, 'series', todo.length);
  for (const [name, number] of Object.entries(total)) count(tally, name, number);
  deps.log.info({ ...tally.counts, dryRun, failures: tally.errors.length }, 'labels written');
  return { series: todo.length, ...total, failures: tally.errors };
}
