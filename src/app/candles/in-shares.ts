/** Splits items, in their order, into shares that weigh at most so much each; what weighs more has a share of its own. */
export function inShares<T>(items: readonly T[], most: number, weigh: (item: T) => number): T[][] {
  const shares: T[][] = [];
  let weight = Number.POSITIVE_INFINITY;
  for (const item of items) {
    weight += weigh(item);
    if (weight > most) {
      shares.push([]);
      weight = weigh(item);
    }
    shares.at(-1)?.push(item);
  }
  return shares;
}
