import type { LabelProgress, LabelResult } from '../../app/labels/label-due.ts';
import { clipLines, thousands } from './words.ts';

/** How far a labelling has come. */
export function labelProgressView({ seriesDone, seriesTotal, outcomes }: LabelProgress): {
  readonly content: string;
} {
  return {
    content: `Labelling: ${seriesDone} of ${seriesTotal} series done, ${thousands(outcomes)} new outcomes.`,
  };
}

/** What a labelling wrote or would write, what still has to wait, and what went wrong. */
export function labelResultView(
  { series, outcomes, invalidEntry, dataMissing, pending, failures }: LabelResult,
  { dryRun }: { readonly dryRun: boolean },
): { readonly content: string } {
  const unmeasured = [
    ...(invalidEntry > 0 ? [`${thousands(invalidEntry)} opened beyond the stop or TP1`] : []),
    ...(dataMissing > 0 ? [`${thousands(dataMissing)} can never be known`] : []),
  ];
  const detail = unmeasured.length === 0 ? '' : ` (${unmeasured.join(', ')})`;
  const began = dryRun ? 'Nothing was written. A labelling would take up' : 'Labelled';
  const lines = [
    `${began} ${series} series: ${thousands(outcomes)} new outcomes${detail}; ${thousands(pending)} need more candles first.`,
    ...failures.map((failure) => `⚠️ ${failure}`),
  ];
  return { content: clipLines(lines, 2000) };
}
