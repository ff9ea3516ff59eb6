import type { Decimal } from 'decimal.js';
import type { Candle } from '../candle.ts';
import { exact, ratioOf, ZERO } from './exact.ts';
import type { Position } from './position.ts';

/** A candle with the moment at which it closed. */
export interface ClosedCandle extends Pick<Candle, 'ts' | 'high' | 'low'> {
  readonly closedAt: number;
}

/** What a trade stood at at one moment, realised and unrealised, fees paid so far included. */
export interface Standing {
  readonly usd: Decimal;
  /** Over the risk of all entries; null without it. */
  readonly r: Decimal | null;
  /** Epoch ms. */
  readonly at: number;
}

/** The worst (MAE) and the best (MFE) a trade stood at while it was open. */
export interface Excursion {
  readonly mae: Standing;
  readonly mfe: Standing;
}

/** A stretch during which the position did not change. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly valueAt: (price: Decimal.Value) => Decimal;
}

/**
 * Worst and best standing of a position, from candles that lie wholly within a stretch in which it did
 * not change, and from the prices of its own fills: of a candle in which it changed nobody knows what
 * came before the fill. Null when no candle lies so.
 *
 * @param candles of one series, oldest first, covering the time it was open.
 * @param until when it is still open, the last moment to look at.
 */
export function measureExcursion(
  position: Position,
  candles: readonly ClosedCandle[],
  until: number,
): Excursion | null {
  const { riskUsd } = position;
  const standing = (usd: Decimal, at: number): Standing => ({
    usd,
    r: riskUsd === null ? null : ratioOf(usd, riskUsd),
    at,
  });
  const { stretches, atFills } = replay(position, position.closedAt ?? until);
  const atCandles = stretches.flatMap(({ from, to, valueAt }) =>
    candles
      .filter(({ ts, closedAt }) => ts >= from && closedAt <= to)
      .flatMap(({ high, low, closedAt }) => [
        standing(valueAt(high), closedAt),
        standing(valueAt(low), closedAt),
      ]),
  );
  if (atCandles.length === 0) return null;
  const all = [...atFills.map(({ usd, at }) => standing(usd, at)), ...atCandles];
  const pick = (isBetter: (a: Decimal, b: Decimal) => boolean) =>
    all.reduce((best, each) => (isBetter(each.usd, best.usd) ? each : best));
  return { mae: pick((a, b) => a.lessThan(b)), mfe: pick((a, b) => a.greaterThan(b)) };
}

/** Goes through the fills in order, at average cost. */
function replay({ entries, exits, side }: Position, until: number) {
  const sign = side === 'long' ? 1 : -1;
  const signed = (qty: Decimal, price: Decimal.Value) => exact(qty).times(price).times(sign);
  const events = [
    ...entries.map((entry) => ({ ...entry, pnl: null })),
    ...exits.map((exit) => ({ ...exit, pnl: exit.pnl.average })),
  ].toSorted((a, b) => a.at - b.at || a.fillId - b.fillId);
  const stretches: Stretch[] = [];
  const atFills: { readonly usd: Decimal; readonly at: number }[] = [];
  let [qty, cost, realised] = [ZERO, ZERO, ZERO];
  events.forEach(({ at, qty: filled, price, feeUsd, pnl }, index) => {
    if (pnl === null) {
      cost = cost.plus(signed(filled, price)).plus(feeUsd);
      qty = qty.plus(filled);
    } else {
      cost = cost.minus(signed(filled, price).minus(feeUsd).minus(pnl));
      qty = qty.minus(filled);
      realised = realised.plus(pnl);
    }
    const [openQty, openCost, booked] = [qty, cost, realised];
    const valueAt = (at: Decimal.Value) => booked.plus(signed(openQty, at)).minus(openCost);
    atFills.push({ usd: valueAt(price), at });
    stretches.push({ from: at, to: events[index + 1]?.at ?? until, valueAt });
  });
  return { stretches: stretches.filter(({ from, to }) => from < to), atFills };
}

/**
 * What the last exit left on the table: how much better the best price after it was, for its shares, USD;
 * zero when it was the best. Null without a complete candle after it.
 *
 * @param candles of one series up to the end of the session of the exit.
 */
export function leftOnTable(position: Position, candles: readonly ClosedCandle[]): Decimal | null {
  const last = position.exits.at(-1);
  if (last === undefined || position.closedAt === null) return null;
  const after = candles.filter(({ ts }) => ts >= last.at);
  if (after.length === 0) return null;
  const better =
    position.side === 'long'
      ? exact(Math.max(...after.map(({ high }) => high))).minus(last.price)
      : exact(last.price).minus(Math.min(...after.map(({ low }) => low)));
  return better.greaterThan(0) ? better.times(last.qty) : ZERO;
}
