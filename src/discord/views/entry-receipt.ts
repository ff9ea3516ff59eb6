import type { EnteredTrade } from '../../app/decisions/enter-trade.ts';
import type { FilledOrder } from '../../app/decisions/fill-order.ts';
import type { WorkingOrder } from '../../app/ports.ts';
import type { DailyLoss } from '../../domain/risk.ts';
import { type ButtonRow, buttonRow } from './buttons-row.ts';
import { dollars, exactPrice, shares } from './money.ts';
import { clip } from './words.ts';

/** A message for the person alone. */
export interface Receipt {
  readonly content: string;
  readonly components: ButtonRow[];
}

/** What was journalled; a working order comes with the buttons that end it. */
export function entryReceipt({ result, orderId, entry, dayLoss }: EnteredTrade): Receipt {
  const { card } = result.details;
  const { kind, qty, price: at, feeUsd, stopPrice } = entry;
  const stop = stopPrice === null ? 'no stop' : `stop ${exactPrice(stopPrice)}`;
  const name = `${shares(qty)} ${card.ticker} at ${exactPrice(at)}`;
  const warning = dayLoss === null ? [] : [lossWords(dayLoss)];
  if (kind === 'working' && orderId !== null) {
    const verb = card.side === 'long' ? 'buy' : 'sell short';
    const said = `⏳ Working: ${verb} ${name}, ${stop} (order ${orderId}). Nothing is journalled before you tap **Filled**; \`/orders\` finds it again.`;
    return { content: [said, ...warning].join('\n'), components: [orderButtons(orderId)] };
  }
  const verb = card.side === 'long' ? 'Bought' : 'Sold short';
  const fee = feeUsd.isZero() ? 'no fee' : `fee ${dollars(feeUsd)}`;
  const said = `${verb} ${name}, ${fee}, ${stop}. Journalled as order ${orderId ?? 'unknown'}; only you see this.`;
  return { content: [said, ...warning].join('\n'), components: [] };
}

/** What came of a working order; with what still waits of it. */
export function filledReceipt({ order, outcome, fill, left }: FilledOrder): Receipt {
  if (outcome === 'repeated')
    return { content: 'You sent this form before; it was written once.', components: [] };
  const verb = order.side === 'long' ? 'Bought' : 'Sold short';
  const said = `${verb} ${shares(fill.qty)} ${order.ticker} at ${exactPrice(fill.price)}. Journalled as a fill of order ${order.id}; only you see this.`;
  if (left.isZero()) return { content: said, components: [] };
  return { content: `${said}\n${shares(left)} shares still wait.`, components: [orderButtons(order.id)] };
}

/** A cancelled order, and what stays. */
export function cancelledReceipt({ id, ticker, qtyOpen }: WorkingOrder): Receipt {
  return {
    content: `Order ${id} for ${shares(qtyOpen)} ${ticker} is cancelled here; cancel it at your broker too. The card still says that you entered: tap **Ignore** or **Watch** there if you changed your mind.`,
    components: [],
  };
}

/** Discord's limit of button rows in a message. */
const MAX_ROWS = 5;

/** The orders of one person that still work, the oldest with their buttons. */
export function workingOrdersView(orders: readonly WorkingOrder[]): Receipt {
  if (orders.length === 0) return { content: 'You have no working order.', components: [] };
  const lines = orders.map(orderLine);
  const more = orders.length > MAX_ROWS ? [`Buttons are for the ${MAX_ROWS} oldest.`] : [];
  const rows = orders.slice(0, MAX_ROWS).map(({ id, ticker, qtyOpen }) =>
    buttonRow(
      {
        label: clip(`Filled: ${shares(qtyOpen)} ${ticker}`, 80),
        name: 'order:filled',
        id,
        style: 'primary',
      },
      { label: 'Cancel', name: 'order:cancel', id },
    ),
  );
  return { content: clip([...lines, ...more].join('\n'), 2000), components: rows };
}

function orderLine({ id, side, ticker, qtyOpen, limitPrice, stopPrice }: WorkingOrder): string {
  const verb = side === 'long' ? 'buy' : 'sell short';
  const stop = stopPrice === null ? 'no stop' : `stop ${exactPrice(stopPrice)}`;
  return `⏳ \`${id}\` ${verb} ${shares(qtyOpen)} ${ticker} at ${exactPrice(limitPrice)}, ${stop}`;
}

function orderButtons(orderId: number): ButtonRow {
  return buttonRow(
    { label: 'Filled', name: 'order:filled', id: orderId, style: 'primary' },
    { label: 'Cancel order', name: 'order:cancel', id: orderId },
  );
}

function lossWords({ lostUsd, atWorstUsd, limitUsd }: DailyLoss): string {
  return `⚠️ You are down ${dollars(lostUsd)} USD today. Stopped out here, that makes ${dollars(atWorstUsd)} USD, beyond your daily limit of ${dollars(limitUsd)} USD.`;
}
