import { OraError } from '../../domain/errors.ts';
import { parseFillTime } from '../../domain/fill-time.ts';
import {
  type Fill,
  type FillText,
  parseExitTag,
  parseFill,
  parseSide,
  parseTrade,
} from '../../domain/journal.ts';
import { type FillTag, isEntry, positionSideOf } from '../../domain/ledger/fill.ts';
import type { Side } from '../../domain/signal.ts';
import { parseTicker } from '../../domain/ticker.ts';
import type { Services } from '../services.ts';
import type { StoredFill } from './journal-ports.ts';

/** What a trader typed, as a form keeps it until it is right. */
export interface FormTexts extends FillText {
  /** TP1, TP2, TP3, STOP or EXIT; empty means EXIT. Of no meaning for an entry. */
  readonly tag: string;
  /** Empty means now. */
  readonly time: string;
}

/** A form of the journal, filled in or not: what a draft keeps. */
export type JournalForm = { readonly texts: FormTexts } & (
  | { readonly action: 'enter'; readonly ticker: string; readonly side: string }
  | { readonly action: 'exit'; readonly ticker: string }
  | { readonly action: 'edit'; readonly fillId: number }
);

/** A form that is understood: a fill that can be written. */
export type FillRequest = { readonly ticker: string; readonly at: number } & (
  | ({ readonly action: 'enter'; readonly side: Side } & Fill)
  | ({ readonly action: 'exit'; readonly tag: FillTag } & Omit<Fill, 'stopPrice'>)
  | ({ readonly action: 'edit'; readonly fillId: number; readonly tag: FillTag } & Fill)
);

/** Whose form or command it is. */
export interface Asking {
  readonly traderId: string;
  readonly interactionId: string;
  readonly now: number;
}

export const NO_TEXTS: FormTexts = { qty: '', price: '', fee: '', stop: '', tag: '', time: '' };

/**
 * Understands a form.
 *
 * @throws OraError `bad_input` for texts that are no fill, a stop on the wrong side, a time that is none;
 * `not_found` when the fill to be corrected is not there.
 */
export async function readForm(
  services: Pick<Services, 'stores'>,
  form: JournalForm,
  { traderId, now }: Asking,
): Promise<FillRequest> {
  const { action, texts } = form;
  const at = parseFillTime(texts.time, now);
  if (action === 'enter') {
    const side = parseSide(form.side);
    return { action, ticker: parseTicker(form.ticker), side, at, ...parseFill(texts, side) };
  }
  if (action === 'exit') {
    return {
      action,
      ticker: parseTicker(form.ticker),
      tag: parseExitTag(texts.tag),
      at,
      ...parseTrade(texts),
    };
  }
  const { fillId } = form;
  const { ticker, side } = await findOwnFill(services, traderId, fillId);
  const entry = isEntry(side);
  return {
    action,
    fillId,
    ticker,
    tag: entry ? 'ENTRY' : parseExitTag(texts.tag),
    at,
    ...parseFill({ ...texts, stop: entry ? texts.stop : '' }, positionSideOf(side)),
  };
}

/** @throws OraError `not_found` when there is none, it is another trader's, or it is voided. */
export async function findOwnFill(
  { stores }: Pick<Services, 'stores'>,
  traderId: string,
  id: number,
): Promise<StoredFill> {
  const fill = await stores.journal.fill(traderId, id);
  if (fill === null) {
    throw new OraError('not_found', `You have no fill ${id}. The numbers of yours are in /journal list.`);
  }
  if (fill.voidedAt !== null) {
    throw new OraError(
      'not_found',
      `Fill ${id} was voided before (${fill.voidReason ?? 'undone'}) and counts for nothing.`,
    );
  }
  return fill;
}
