import { countingFills } from './counting-fills.ts';
import { inOrder, isEntry } from './fill.ts';
import { plain } from './plan-fill.ts';
import type { KnownFill } from './plan-import.ts';

const HEADER = ['time', 'ticker', 'side', 'qty', 'price', 'fee', 'tag', 'stop'];

/**
 * Fills as CSV that imports back to the same positions: only what counts. Of an exit that closed less
 * than it says, only the part that closed something is written.
 */
export function exportCsv(live: readonly KnownFill[]): string {
  const lines = inOrder(countingFills(live)).map((fill) => {
    const { at, ticker, side, qty, price, feeUsd, tag, stopPrice } = fill;
    const stop = isEntry(side) && stopPrice !== null ? plain(stopPrice) : '';
    const reason = tag ?? (isEntry(side) ? 'ENTRY' : 'EXIT');
    return [new Date(at).toISOString(), ticker, side, plain(qty), plain(price), plain(feeUsd), reason, stop];
  });
  return `${[HEADER, ...lines].map((cells) => cells.join(',')).join('\n')}\n`;
}
