import type { Decimal } from 'decimal.js';
import { exact, ratioOf } from './exact.ts';
import type { Position } from './position.ts';

/** What an open position stands at, at one price. */
export interface Mark {
  /** At average cost, the entries' fees included, USD. */
  readonly unrealised: Decimal;
  /** Realised so far and unrealised, over the risk of all entries; null without it. */
  readonly r: Decimal | null;
  readonly toStop: ToStop | null;
}

/** From the price to the stop as it stands now; negative once the price is beyond it. */
export interface ToStop {
  readonly stop: Decimal;
  /** USD a share. */
  readonly usd: Decimal;
  /** Of the price, 0.01 is 1 %. */
  readonly fraction: Decimal | null;
}

/** Values an open position at a price. `stop` is where the stop stands now, null without one. */
export function markPosition(position: Position, price: Decimal, stop: Decimal | null): Mark {
  const { costOpen, qtyOpen, realised, riskUsd, side } = position;
  const sign = side === 'long' ? 1 : -1;
  const unrealised = exact(qtyOpen).times(price).times(sign).minus(costOpen.average);
  const total = realised.average.plus(unrealised);
  const usd = stop === null ? null : exact(price).minus(stop).times(sign);
  return {
    unrealised,
    r: riskUsd === null ? null : ratioOf(total, riskUsd),
    toStop: stop === null || usd === null ? null : { stop, usd, fraction: ratioOf(usd, price) },
  };
}
