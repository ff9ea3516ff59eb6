import type { BroughtIn } from './bring-in-candles.ts';
import { count, type RunTally } from './run.ts';
import type { Services } from './services.ts';

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
}

/** Tickers the source said it does not know, with the moment from which they are asked for again. */
export type UnknownTickers = Map<string, number>;

/** The one place where the scan catches: a ticker that fails is named, and the others go on. */
export async function isolate(
  deps: Pick<Services, 'log'>,
  tally: RunTally,
  { what, work }: { readonly what: string; readonly work: () => Promise<void> },
): Promise<void> {
  try {
    await work();
  } catch (error) {
    tally.errors.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    deps.log.error({ error, what }, 'part of a scan failed');
  }
}

/** Adds what was stored and what was turned away, by reason. */
export function countBroughtIn(tally: RunTally, { inserted, changed, rejected }: BroughtIn): void {
  count(tally, 'inserted', inserted);
  count(tally, 'changed', changed);
  for (const [reason, rows] of Object.entries(rejected)) count(tally, `rejected.${reason}`, rows);
}
