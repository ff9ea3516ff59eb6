import type { Decimal } from 'decimal.js';
import { newYorkDate } from '../../domain/calendar.ts';
import { sumOf } from '../../domain/ledger/exact.ts';
import { type DailyLoss, lossBeyondLimit, type RiskSettings } from '../../domain/risk.ts';
import type { Services } from '../services.ts';

/** What a person's day has lost beyond their limit, this trade's risk counted as lost; null within it or without one. */
export async function readDayLoss(
  services: Pick<Services, 'stores'>,
  input: {
    readonly settings: RiskSettings | null;
    /** USD; null for a trade without a stop, or for none. */
    readonly plannedRiskUsd: Decimal | null;
    readonly now: number;
  },
): Promise<DailyLoss | null> {
  const { settings, plannedRiskUsd, now } = input;
  if (settings === null || settings.dailyLossUsd === null) return null;
  const { journal } = services.stores;
  const today = newYorkDate(now);
  await journal.refresh();
  const exits = await journal.exits({ traderId: settings.userId, from: today, to: today });
  const realisedUsd = sumOf(exits.map(({ pnl }) => pnl));
  return lossBeyondLimit(realisedUsd, plannedRiskUsd, settings.dailyLossUsd);
}
