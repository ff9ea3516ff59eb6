import { count, underRun } from '../run.ts';
import type { Services } from '../services.ts';
import type { Verification } from './verification.ts';
import { verifyCandles } from './verify-candles.ts';
import { verifyFeatures } from './verify-features.ts';
import { verifyLabels } from './verify-labels.ts';

const DAY = 86_400_000;
/** How far back each night looks: vectors never change, while outcomes come in for days. */
const FEATURES_MS = 4 * DAY;
const OTHERS_MS = 10 * DAY;
/** A run keeps so many sentences; the rest is in the counts. */
const KEPT = 100;

/** Checks the last days of candles, features and labels, and keeps what it found as a run, for `/status`. */
export async function verifyHistory(
  deps: Pick<Services, 'stores' | 'settings' | 'log'>,
  { now }: { readonly now: number },
): Promise<{ readonly differences: number }> {
  const since = (ms: number) => ({ from: now - ms, to: now, now });
  return underRun(deps, { kind: 'verify', startedAt: now }, async (_runId, tally) => {
    const found: readonly (readonly [string, Verification])[] = [
      ['candles', await verifyCandles(deps, since(OTHERS_MS))],
      ['features', await verifyFeatures(deps, since(FEATURES_MS))],
      ['labels', await verifyLabels(deps, since(OTHERS_MS))],
    ];
    let differences = 0;
    for (const [what, { checked, revised, differences: wrong }] of found) {
      count(tally, what, checked);
      count(tally, 'revised', revised);
      differences += wrong.length;
      tally.errors.push(...wrong.map((sentence) => `${what}: ${sentence}`));
    }
    count(tally, 'differences', differences);
    const log = differences === 0 ? deps.log.info : deps.log.error;
    log({ ...tally.counts, first: tally.errors.slice(0, 3) }, 'history verified');
    tally.errors.splice(KEPT);
    return { differences };
  });
}
