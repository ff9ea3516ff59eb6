import { OraError } from './errors.ts';
import { type Fill, type FillText, parseFill } from './journal.ts';
import type { Side } from './signal.ts';

/** Already bought or sold short, or a limit order that waits at the broker. */
export const ENTRY_KINDS = ['filled', 'working'] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** An entry as a person typed it. */
export interface EntryText extends FillText {
  readonly kind: string;
}

/** An entry that can be journalled; of a working order `price` is its limit, and the fee comes with the fill. */
export interface Entry extends Fill {
  readonly kind: EntryKind;
}

/** Names of the form's fields, as drafts keep them. */
export const ENTRY_FIELDS = ['kind', 'qty', 'price', 'fee', 'stop'] as const satisfies (keyof EntryText)[];

/** @throws OraError `bad_input` with a sentence that names the field, the value and the remedy. */
export function parseEntry(text: EntryText, side: Side): Entry {
  const kind = ENTRY_KINDS.find((known) => known === text.kind);
  if (kind === undefined)
    throw new OraError('bad_input', 'Say whether it is filled or still a working limit order.');
  return { kind, ...parseFill(text, side) };
}

/** Why somebody ignored a card. */
export const IGNORE_REASONS = ['spread', 'news', 'extended', 'already_in', 'no_size', 'other'] as const;
export type IgnoreReason = (typeof IGNORE_REASONS)[number];
