import { Decimal } from 'decimal.js';
import { OraError } from '../../domain/errors.ts';
import type { RiskSettings } from '../../domain/risk.ts';
import type { Services } from '../services.ts';

/** Above this a number is a typing error. */
const MAX_USD = 10_000_000;

/**
 * Keeps what a person risks for one trade, and the loss of a day from which they are warned.
 *
 * @throws OraError `bad_input` for amounts that cannot be meant.
 */
export async function setRisk(
  services: Pick<Services, 'stores'>,
  input: {
    readonly userId: string;
    readonly riskUsd: number;
    readonly dailyLossUsd: number | null;
    readonly now: number;
  },
): Promise<RiskSettings> {
  const { userId, now } = input;
  const riskUsd = amount('risk', input.riskUsd);
  const dailyLossUsd = input.dailyLossUsd === null ? null : amount('daily limit', input.dailyLossUsd);
  if (dailyLossUsd?.lessThan(riskUsd)) {
    throw new OraError(
      'bad_input',
      `The daily limit of ${dailyLossUsd} USD is less than one trade's risk of ${riskUsd} USD. Raise it, or leave it out.`,
    );
  }
  const settings = { userId, riskUsd, dailyLossUsd };
  await services.stores.risk.set(settings, now);
  return settings;
}

/** To the cent. */
function amount(name: string, usd: number): Decimal {
  const value = new Decimal(usd).toDecimalPlaces(2);
  if (value.greaterThan(0) && value.lessThanOrEqualTo(MAX_USD)) return value;
  throw new OraError('bad_input', `The ${name} must be between 0.01 and ${MAX_USD} USD, not ${usd}.`);
}
