import { exact } from './exact.ts';
import { type LedgerFill, splitFill } from './fill.ts';
import { keepBook } from './keep-book.ts';

/** What of each fill counts: of an exit that closed less than it says, the part that closed something. */
export function countingFills<Fill extends LedgerFill & { readonly ticker: string }>(
  live: readonly Fill[],
): Fill[] {
  return [...Map.groupBy(live, ({ ticker }) => ticker).values()].flatMap((own) => {
    const idle = new Map(keepBook(own).orphans.map(({ fillId, qty }) => [fillId, qty]));
    return own.flatMap((fill) => {
      const rest = idle.get(fill.id);
      if (rest === undefined) return [fill];
      const counting = exact(fill.qty).minus(rest);
      return counting.isZero() ? [] : [splitFill(fill, counting)[0]];
    });
  });
}
