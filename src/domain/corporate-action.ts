import { newYorkDate } from './calendar.ts';

/** What changed the price of a share without a trade. */
export type CorporateAction =
  | {
      readonly kind: 'split';
      /** New York date, `YYYY-MM-DD`: the first session at the new price. */
      readonly exDate: string;
      /** New shares for one old one: 4, or 0.1 for a reverse split. */
      readonly ratio: number;
    }
  | {
      readonly kind: 'dividend';
      /** First session at which a buyer does not get it. */
      readonly exDate: string;
      /** USD a share. */
      readonly amount: number;
    };

/** What a source said, by date; an impossible number is not believed. */
export function readActions(said: {
  readonly splits: readonly { readonly at: number; readonly ratio: number }[];
  readonly dividends: readonly { readonly at: number; readonly amount: number }[];
}): CorporateAction[] {
  const isPossible = (value: number) => Number.isFinite(value) && value > 0;
  return [
    ...said.splits
      .filter(({ ratio }) => isPossible(ratio))
      .map(({ at, ratio }) => ({ kind: 'split', exDate: newYorkDate(at), ratio }) as const),
    ...said.dividends
      .filter(({ amount }) => isPossible(amount))
      .map(({ at, amount }) => ({ kind: 'dividend', exDate: newYorkDate(at), amount }) as const),
  ];
}
