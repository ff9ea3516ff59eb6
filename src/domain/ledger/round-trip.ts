import type { Decimal } from 'decimal.js';
import { newYorkDate } from '../new-york-time.ts';
import type { Side } from '../signal.ts';
import { exact, prorate, ratioOf, sumOf, ZERO } from './exact.ts';
import { type LedgerFill, positionSideOf } from './fill.ts';
import type { Entry, Exit, Position } from './position.ts';

/** Shares of one entry that are still open. */
interface Lot {
  readonly entry: Entry;
  readonly qty: Decimal;
  readonly feeUsd: Decimal;
}

/** A position while it is being built from its fills. */
export interface RoundTrip {
  readonly side: Side;
  qtyOpen(): Decimal;
  enter(fill: LedgerFill): void;
  /** The fill must not be larger than what is open. */
  exit(fill: LedgerFill): void;
  position(): Position;
}

/** Opens a round trip with its first entry. */
export function openRoundTrip(first: LedgerFill): RoundTrip {
  const side = positionSideOf(first.side);
  const initialStop = losingSideStop(first.stopPrice, first.price, side);
  const entries: Entry[] = [];
  const exits: Exit[] = [];
  let lots: readonly Lot[] = [];
  let qtyOpen = ZERO;
  let averageCost = ZERO;

  const signed = (amount: Decimal) => (side === 'long' ? exact(amount) : exact(amount).negated());
  const costOf = (lot: Pick<Lot, 'qty' | 'feeUsd'>, price: Decimal) =>
    signed(exact(lot.qty).times(price)).plus(lot.feeUsd);
  const lotsCost = () => sumOf(lots.map((lot) => costOf(lot, lot.entry.price)));

  function enter(fill: LedgerFill): void {
    const { at, qty, price, feeUsd, signalId } = fill;
    const stopPrice = losingSideStop(fill.stopPrice, price, side) ?? losingSideStop(initialStop, price, side);
    const entry = { fillId: fill.id, at, qty, price, feeUsd, signalId, stopPrice };
    entries.push(entry);
    lots = [...lots, { entry, qty, feeUsd }];
    qtyOpen = qtyOpen.plus(qty);
    averageCost = averageCost.plus(costOf(fill, price));
  }

  function exit({ id, at, qty, price, feeUsd, tag }: LedgerFill): void {
    const { taken, left } = takeLots(lots, qty);
    const proceeds = signed(exact(qty).times(price)).minus(feeUsd);
    const averagePart = prorate(averageCost, qty, qtyOpen);
    const fifo = proceeds.minus(sumOf(taken.map((lot) => costOf(lot, lot.entry.price))));
    const riskUsd = riskOf(taken);
    lots = left;
    averageCost = averageCost.minus(averagePart);
    qtyOpen = qtyOpen.minus(qty);
    exits.push({
      fillId: id,
      at,
      date: newYorkDate(at),
      qty,
      price,
      feeUsd,
      tag,
      pnl: { fifo, average: proceeds.minus(averagePart) },
      riskUsd,
      r: riskUsd === null ? null : ratioOf(fifo, riskUsd),
    });
  }

  function position(): Position {
    const qtyEntered = sumOf(entries.map(({ qty }) => qty));
    const riskUsd = riskOf(entries.map((entry) => ({ ...entry, entry })));
    const fifo = sumOf(exits.map(({ pnl }) => pnl.fifo));
    return {
      id: first.seq,
      side,
      openedAt: first.at,
      closedAt: qtyOpen.isZero() ? (exits.at(-1)?.at ?? null) : null,
      entries,
      exits,
      qtyEntered,
      qtyOpen,
      averageEntry:
        ratioOf(sumOf(entries.map(({ qty, price }) => exact(qty).times(price))), qtyEntered) ?? ZERO,
      costOpen: { fifo: lotsCost(), average: averageCost },
      realised: { fifo, average: sumOf(exits.map(({ pnl }) => pnl.average)) },
      feesUsd: sumOf([...entries, ...exits].map(({ feeUsd }) => feeUsd)),
      initialStop,
      riskUsd,
      r: riskUsd === null ? null : ratioOf(fifo, riskUsd),
    };
  }

  enter(first);
  return { side, qtyOpen: () => qtyOpen, enter, exit, position };
}

/** A stop counts only where it can lose money; one on the other side is none. */
function losingSideStop(stop: Decimal | null, price: Decimal, side: Side): Decimal | null {
  if (stop === null) return null;
  return (side === 'long' ? stop.lessThan(price) : stop.greaterThan(price)) ? stop : null;
}

/** Cuts a quantity off the oldest lots. The last part of a lot takes what is left of its fee. */
function takeLots(
  lots: readonly Lot[],
  qty: Decimal,
): { readonly taken: readonly Lot[]; readonly left: readonly Lot[] } {
  const taken: Lot[] = [];
  const left: Lot[] = [];
  let wanted = exact(qty);
  for (const lot of lots) {
    const part = lot.qty.lessThan(wanted) ? lot.qty : wanted;
    wanted = wanted.minus(part);
    const feeUsd = prorate(lot.feeUsd, part, lot.qty);
    if (!part.isZero()) taken.push({ ...lot, qty: part, feeUsd });
    const rest = exact(lot.qty).minus(part);
    if (!rest.isZero()) left.push({ ...lot, qty: rest, feeUsd: exact(lot.feeUsd).minus(feeUsd) });
  }
  return { taken, left };
}

/** Distance to the stop times shares, over all lots; null when one has no stop. */
function riskOf(lots: readonly Pick<Lot, 'entry' | 'qty'>[]): Decimal | null {
  const risks = lots.map(({ entry: { price, stopPrice }, qty }) =>
    stopPrice === null ? null : exact(price).minus(stopPrice).abs().times(qty),
  );
  const known = risks.filter((risk) => risk !== null);
  return known.length < risks.length ? null : sumOf(known);
}
