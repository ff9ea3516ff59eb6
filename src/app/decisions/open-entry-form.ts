import type { Decimal } from 'decimal.js';
import type { CardDetails } from '../../domain/card.ts';
import { type Expiry, expiryAt } from '../../domain/card-life.ts';
import { type DailyLoss, type RiskSettings, sharesFor } from '../../domain/risk.ts';
import { findLastPrice, freshPrice } from '../journal/position-price.ts';
import type { Services } from '../services.ts';
import { noSuchCard } from './decide.ts';
import { readDayLoss } from './read-day-loss.ts';

export interface EntryForm {
  readonly details: CardDetails;
  /** When and why the card expired; null while it can be acted on. */
  readonly expiry: Expiry | null;
  /** Price to fill in, USD text; null when the newest is older than a minute. */
  readonly suggestedPrice: string | null;
  /** Newest stored close, USD; null without candles. */
  readonly lastPrice: number | null;
  readonly lastPriceAgeMs: number | null;
  /** What the person's `/risk` allows; null without one. */
  readonly size: EntrySize | null;
  /** The person's day, when it has already lost more than its limit. */
  readonly dayLoss: DailyLoss | null;
}

/** Shares for the risk that a person allows. */
export interface EntrySize {
  /** Zero when a single share risks more. */
  readonly shares: Decimal;
  readonly riskUsd: Decimal;
  /** What it was computed for: the suggested price, or else the card's entry, USD. */
  readonly entry: number;
}

/**
 * What the Enter form shows. Reads only what is stored: a form must open at once.
 *
 * @throws OraError `not_found` when there is no such card.
 */
export async function openEntryForm(
  services: Pick<Services, 'stores'>,
  input: { readonly cardId: number; readonly userId: string; readonly now: number },
): Promise<EntryForm> {
  const { stores } = services;
  const { cardId, userId, now } = input;
  const [details, settings] = await Promise.all([stores.cards.details(cardId), stores.risk.of(userId)]);
  if (details === null) throw noSuchCard();
  const [last, dayLoss] = await Promise.all([
    findLastPrice(services, details.card.ticker, now),
    readDayLoss(services, { settings, plannedRiskUsd: null, now }),
  ]);
  const fresh = freshPrice(last, now);
  return {
    details,
    expiry: expiryAt(details, now),
    suggestedPrice: fresh,
    lastPrice: last?.candle.close ?? null,
    lastPriceAgeMs: last === null ? null : now - last.closedAt,
    size: settings === null ? null : sizeFor(settings, details, Number(fresh ?? details.levels.entry)),
    dayLoss,
  };
}

function sizeFor({ riskUsd }: RiskSettings, { levels }: CardDetails, entry: number): EntrySize | null {
  const shares = sharesFor(riskUsd, entry, levels.stop);
  return shares === null ? null : { shares, riskUsd, entry };
}
