import type { RiskSettings } from '../../domain/risk.ts';
import { dollars } from './money.ts';

/** What a person risks, in two lines. */
export function riskView(settings: RiskSettings | null): { readonly content: string } {
  if (settings === null) {
    return { content: 'You type quantities yourself. `/risk set usd:100` lets Enter compute them.' };
  }
  const { riskUsd, dailyLossUsd } = settings;
  const limit =
    dailyLossUsd === null
      ? 'You set no daily limit.'
      : `You are warned when a day would lose more than ${dollars(dailyLossUsd)} USD; nothing is blocked.`;
  return {
    content: `You risk ${dollars(riskUsd)} USD a trade: Enter fills in as many whole shares as lose that much at the stop.\n${limit} Only you see this.`,
  };
}
