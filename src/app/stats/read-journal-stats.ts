import { type JournalStats, journalStats } from '../../domain/ledger/journal-stats.ts';
import { type PeriodName, periodStart } from '../../domain/stats-period.ts';
import type { Services } from '../services.ts';

export interface JournalStatsInput {
  readonly traderId: string;
  readonly period: PeriodName;
  readonly now: number;
}

/** What one person's trading came to: exits and closed trades whose New York day lies in the period. */
export async function readJournalStats(
  { stores }: Pick<Services, 'stores'>,
  { traderId, period, now }: JournalStatsInput,
): Promise<JournalStats> {
  const { journal } = stores;
  await journal.refresh();
  return journalStats(await journal.sums({ traderId, from: periodStart(period, now), to: null }));
}
