import { Decimal } from 'decimal.js';
import { exact } from './ledger/exact.ts';

/** How much one person risks; nobody else sees it. */
export interface RiskSettings {
  readonly userId: string;
  /** From entry to stop, for one trade, USD. */
  readonly riskUsd: Decimal;
  /** Loss of one New York day beyond which a warning is said, USD; null without one. */
  readonly dailyLossUsd: Decimal | null;
}

/**
 * Whole shares whose loss at the stop is at most the risk: floor(risk / |entry - stop|). Zero when one
 * share already risks more; null when there is no distance to the stop.
 */
export function sharesFor(riskUsd: Decimal, entry: Decimal.Value, stop: Decimal.Value): Decimal | null {
  const distance = exact(entry).minus(stop).abs();
  return distance.isZero() ? null : exact(riskUsd).dividedBy(distance).floor();
}

/** What a trade loses at its stop, USD without fees; null without a stop. */
export function riskOf(fill: {
  readonly qty: Decimal;
  readonly price: Decimal;
  readonly stopPrice: Decimal | null;
}): Decimal | null {
  return fill.stopPrice === null ? null : exact(fill.price).minus(fill.stopPrice).abs().times(fill.qty);
}

/** A day's loss beside its limit. */
export interface DailyLoss {
  /** Lost today so far, USD; 0 on a winning day. */
  readonly lostUsd: Decimal;
  /** Lost today if this trade is stopped too, USD. */
  readonly atWorstUsd: Decimal;
  readonly limitUsd: Decimal;
}

/** The loss to warn of: null while even a stop would keep the day within its limit. */
export function lossBeyondLimit(
  realisedUsd: Decimal,
  plannedRiskUsd: Decimal | null,
  limitUsd: Decimal | null,
): DailyLoss | null {
  if (limitUsd === null) return null;
  const lostUsd = Decimal.max(0, exact(realisedUsd).negated());
  const atWorstUsd = Decimal.max(0, exact(plannedRiskUsd ?? 0).minus(realisedUsd));
  return atWorstUsd.greaterThan(limitUsd) ? { lostUsd, atWorstUsd, limitUsd } : null;
}
