import { labelVersion } from '../../domain/labels/versions.ts';
import type { LabelClass, LabelTransition } from '../ports.ts';
import type { Services } from '../services.ts';

/** In the order of the table. */
export const LABEL_CLASSES: readonly LabelClass[] = [
  'tp1',
  'stop',
  'ambiguous',
  'none',
  'invalid_entry',
  'data_missing',
  'no_row',
];

export interface DiffLabelsInput {
  readonly before: number;
  readonly after: number;
  readonly from?: number;
  readonly to?: number;
}

/**
 * How the same signals and horizons are told by two versions.
 *
 * @throws OraError `not_found` for an unknown label version.
 */
export async function diffLabels(
  { stores }: Pick<Services, 'stores'>,
  { before, after, ...period }: DiffLabelsInput,
): Promise<LabelTransition[]> {
  const versions = [labelVersion(before).version, labelVersion(after).version] as const;
  return stores.outcomes.transitions(versions, period);
}

/** A table of counts: a row for what the first version says, a column for what the second does. */
export function transitionTable(
  transitions: readonly LabelTransition[],
  [before, after]: readonly [number, number],
): string[] {
  const rows = LABEL_CLASSES.filter((each) => transitions.some((transition) => transition.before === each));
  const columns = LABEL_CLASSES.filter((each) => transitions.some((transition) => transition.after === each));
  const count = (row: LabelClass, column: LabelClass) =>
    transitions.find((each) => each.before === row && each.after === column)?.n ?? 0;
  const line = (head: string, cells: readonly (string | number)[]) =>
    head.padEnd(16) + cells.map((cell) => String(cell).padStart(15)).join('');
  return [
    line(`version ${before} \\ ${after}`, columns),
    ...rows.map((row) =>
      line(
        row,
        columns.map((column) => count(row, column)),
      ),
    ),
  ];
}
