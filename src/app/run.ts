import type { RunKind } from './ports.ts';
import type { Services } from './services.ts';

/** What a run adds up while it works. */
export interface RunTally {
  readonly counts: Record<string, number>;
  readonly errors: string[];
}

/**
 * Runs work under a row of `scan_runs`: when it began and how long it took, what it counted, what went
 * wrong. The row is finished also when the work throws.
 */
export async function underRun<T>(
  services: Pick<Services, 'stores' | 'settings'>,
  run: { readonly kind: RunKind; readonly startedAt: number },
  work: (runId: string, tally: RunTally) => Promise<T>,
): Promise<T> {
  const { codeVersion, configHash } = services.settings;
  const id = await services.stores.runs.start({
    kind: run.kind,
    startedAt: run.startedAt,
    codeVersion,
    configHash,
  });
  const began = performance.now();
  const tally: RunTally = { counts: {}, errors: [] };
  try {
    return await work(id, tally);
  } catch (error) {
    tally.errors.push(error instanceof Error ? error.message : String(error));
    throw error;
  } finally {
    // A duration, not a clock: a simulated day's run still says how long it took.
    const finishedAt = run.startedAt + Math.round(performance.now() - began);
    await services.stores.runs.finish(id, { finishedAt, ...tally });
  }
}

/** Adds to a count by name. */
export function count(tally: RunTally, name: string, by = 1): void {
  tally.counts[name] = (tally.counts[name] ?? 0) + by;
}
