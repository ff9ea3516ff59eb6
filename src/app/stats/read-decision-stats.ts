import { type DecisionStats, decisionStats } from '../../domain/decision-stats.ts';
import { DEFAULT_LABEL_VERSION } from '../../domain/labels/versions.ts';
import { type PeriodName, periodStart } from '../../domain/stats-period.ts';
import type { Services } from '../services.ts';

export interface DecisionStatsInput {
  readonly horizonBars: number;
  readonly period: PeriodName;
  readonly now: number;
}

/** What the team did about its cards, and what that was worth. Counts cards, since people decide about cards. */
export async function readDecisionStats(
  { stores, settings }: Pick<Services, 'stores' | 'settings'>,
  { horizonBars, period, now }: DecisionStatsInput,
): Promise<DecisionStats> {
  await stores.rollups.refresh();
  const sums = await stores.rollups.cardSums({
    labelVersion: DEFAULT_LABEL_VERSION,
    horizonBars,
    origins: [settings.origin],
    from: periodStart(period, now),
  });
  return decisionStats(sums);
}
