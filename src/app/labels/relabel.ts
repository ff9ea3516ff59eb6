import { OraError } from '../../domain/errors.ts';
import { labelVersion } from '../../domain/labels/versions.ts';
import { parseTicker } from '../../domain/ticker.ts';
import { type LabelResult, labelDue } from './label-due.ts';
import type { LabelDeps } from './label-sweep.ts';

/** Why outcomes are computed again: candles under them were revised, or candles they lacked have come in. */
export const RELABEL_REASONS = ['revised', 'data_missing'] as const;
export type RelabelReason = (typeof RELABEL_REASONS)[number];

export interface RelabelInput {
  readonly now: number;
  readonly labelVersion: number;
  readonly because: string;
  /** Only targets of this moment or later, epoch ms. */
  readonly from?: number;
  /** Only targets of this moment or earlier, epoch ms. */
  readonly to?: number;
  readonly ticker?: string;
  /** Discord user id, or who sat at the terminal. */
  readonly actor: string;
}

export interface Relabelled {
  /** Rows that were taken away and kept in `outcome_revisions`. */
  readonly withdrawn: number;
  readonly labelled: LabelResult;
}

/**
 * Computes outcomes again, which never happens by itself. The old rows are kept whole, and the audit log says
 * who asked. After a crash in between the next labelling writes what is missing.
 *
 * @throws OraError `bad_input` for another reason, `not_found` for an unknown label version.
 */
export async function relabel(deps: LabelDeps, input: RelabelInput): Promise<Relabelled> {
  const because = parseReason(input.because);
  const version = labelVersion(input.labelVersion);
  const period = {
    ...(input.from !== undefined && { from: input.from }),
    ...(input.to !== undefined && { to: input.to }),
  };
  const withdrawn = await deps.stores.outcomes.withdraw({
    versions: [version],
    because,
    actor: input.actor,
    ...period,
    ...(input.ticker !== undefined && { ticker: parseTicker(input.ticker) }),
  });
  await deps.stores.audit.write({
    at: input.now,
    actor: input.actor,
    action: 'relabel',
    target: `label version ${version.version}`,
    details: { because, withdrawn, ticker: input.ticker ?? null, ...period },
  });
  const labelled = await labelDue(deps, { now: input.now, labelVersion: version.version, ...period });
  return { withdrawn, labelled };
}

function parseReason(text: string): RelabelReason {
  const found = RELABEL_REASONS.find((reason) => reason === text);
  if (found !== undefined) return found;
  throw new OraError(
    'bad_input',
    `"${text}" is no reason to label again. Use one of ${RELABEL_REASONS.join(', ')}.`,
  );
}
