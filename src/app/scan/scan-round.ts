import type { BroughtIn } from '../candles/bring-in-candles.ts';
import type { CoverageMemory } from '../candles/coverage-memory.ts';
import { inParallel } from '../in-parallel.ts';
import type { Watch } from '../ports.ts';
import { count, type RunTally } from '../run.ts';
import type { Services } from '../services.ts';

/** Watches that are worked on at the same time. */
const PARALLEL = 8;

/** What a scan uses: it posts and draws nothing. Without a runtime for models it runs the rules alone. */
export type ScanDeps = Pick<Services, 'stores' | 'market' | 'quotes' | 'log' | 'settings'> &
  Partial<Pick<Services, 'models'>>;

/** What the parts of one scan share. */
export interface Round {
  readonly runId: string;
  readonly tally: RunTally;
  readonly now: number;
  /** Ends the waiting for the source. */
  readonly signal: AbortSignal;
  /** Aborted when the process is asked to stop: nothing more is begun. */
  readonly stopping: AbortSignal | undefined;
  readonly unknown: UnknownTickers;
  readonly coverage: CoverageMemory;
}

/** Tickers the source said it does not know, with the moment from which they are asked for again. */
export type UnknownTickers = Map<string, number>;

/** The place where the scan catches: a ticker that fails is named, and the others go on. */
export async function isolate(
  deps: Pick<Services, 'log'>,
  tally: RunTally,
  { what, work }: { readonly what: string; readonly work: () => Promise<void> },
): Promise<void> {
  try {
    await work();
  } catch (error) {
    report(deps, tally, what, error);
  }
}

/** Names a part of the scan that failed, in its run and in the log. */
export function report(deps: Pick<Services, 'log'>, tally: RunTally, what: string, error: unknown): void {
  tally.errors.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  deps.log.error({ error, what }, 'part of a scan failed');
}

/** Works on each watch, some at the same time; one that fails stops only itself. */
export function eachIsolated<T extends { readonly watch: Watch }>(
  deps: Pick<Services, 'log'>,
  watches: readonly T[],
  { tally, stopping }: Round,
  work: (each: T) => Promise<void>,
): Promise<void> {
  const scan = (each: T) => isolate(deps, tally, { what: nameOf(each), work: () => work(each) });
  return inParallel(watches, PARALLEL, scan, stopping);
}

/** A watch as the errors of a scan name it. */
export function nameOf({ watch: { ticker, timeframe } }: { readonly watch: Watch }): string {
  return `${ticker} ${timeframe}`;
}

/** Adds what was stored and what was turned away, by reason. */
export function countBroughtIn(tally: RunTally, { inserted, changed, rejected }: BroughtIn): void {
  count(tally, 'inserted', inserted);
  count(tally, 'changed', changed);
  for (const [reason, rows] of Object.entries(rejected)) count(tally, `rejected.${reason}`, rows);
}
