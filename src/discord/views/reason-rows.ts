import type { CardDetails } from '../../domain/card.ts';
import { expiryOf } from '../../domain/card-life.ts';
import { IGNORE_REASONS, type IgnoreReason } from '../../domain/entry.ts';
import { type ButtonRow, buttonRow } from './buttons-row.ts';

/** As a trader says it. */
export const REASON_WORDS: Readonly<Record<IgnoreReason, string>> = {
  spread: 'Spread',
  news: 'News',
  extended: 'Extended',
  already_in: 'Already in',
  no_size: 'No size',
  other: 'Other',
};

const PER_ROW = 3;

/** Name of the button that gives a reason: `reason:already-in`. */
export function reasonButtonName(reason: IgnoreReason): string {
  return `reason:${reason.replaceAll('_', '-')}`;
}

/** Buttons for whoever ignored a card and has not said why; none on a card that has expired. */
export function reasonRows(details: CardDetails): ButtonRow[] {
  const isAsked = details.decisions.some(({ action, reasons }) => action === 'ignore' && !reasons);
  if (!isAsked || expiryOf(details) !== null) return [];
  const buttons = IGNORE_REASONS.map((reason) => ({
    label: REASON_WORDS[reason],
    name: reasonButtonName(reason),
    id: details.card.id,
  }));
  return [buttonRow(...buttons.slice(0, PER_ROW)), buttonRow(...buttons.slice(PER_ROW))];
}
