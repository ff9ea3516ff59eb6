import type { Decimal } from 'decimal.js';
import type { Candle } from '../../domain/candle.ts';
import { OraError } from '../../domain/errors.ts';
import { fillTime } from '../../domain/fill-time.ts';
import { isFarFromCandle } from '../../domain/ledger/question-fill.ts';
import type { Services } from '../services.ts';
import { type Asking, type JournalForm, readForm } from './journal-form.ts';
import { type WrittenFill, writeFill } from './journal-write.ts';
import { findCandleAt } from './position-price.ts';

/** Why a fill is questioned. */
export interface Doubt {
  readonly ticker: string;
  readonly at: number;
  readonly price: Decimal;
  /** The candle it is far from. */
  readonly candle: Candle;
}

/** Nothing is written yet: the price is far from what was traded. */
export interface QuestionedFill {
  readonly outcome: 'questioned';
  readonly draftId: number;
  readonly doubt: Doubt;
}

type Deps = Pick<Services, 'stores' | 'log'>;

/**
 * Writes what a form says, unless its price lies more than 20 % outside its candle: then it becomes a
 * draft that waits for the trader's word.
 *
 * @param draftId the draft the form was filled in from, if there is one.
 * @throws OraError as `readForm` and `writeFill` do.
 */
export async function journalFill(
  services: Deps,
  form: JournalForm,
  asking: Asking & { readonly draftId?: number },
): Promise<WrittenFill | QuestionedFill> {
  const { draftId, ...who } = asking;
  const request = await readForm(services, form, who);
  const { ticker, at, price } = request;
  const around = await findCandleAt(services, ticker, at);
  if (around === null) return { ...(await writeFill(services, request, who)), isUnpriced: true };
  if (!isFarFromCandle(price, around.candle)) return writeFill(services, request, who);
  // "Now" is when the form was sent, not when the question is answered.
  const asked = { ...form, texts: { ...form.texts, time: fillTime(at) } };
  const doubt = { ticker, at, price, candle: around.candle };
  return { outcome: 'questioned', draftId: await saveForm(services, asked, asking), doubt };
}

/** Keeps a form until it is right. @returns the draft's id. */
export async function saveForm(
  { stores }: Pick<Services, 'stores'>,
  form: JournalForm,
  { traderId, now, draftId }: { readonly traderId: string; readonly now: number; readonly draftId?: number },
): Promise<number> {
  if (draftId === undefined) {
    return stores.journal.saveDraft({ traderId, kind: 'fill', payload: form, createdAt: now });
  }
  await stores.journal.updateDraft(draftId, form);
  return draftId;
}

/** A form kept before. @throws OraError `not_found` when it was answered, or is another trader's. */
export async function readSavedForm(
  { stores }: Pick<Services, 'stores'>,
  traderId: string,
  draftId: number,
): Promise<JournalForm> {
  const draft = await stores.journal.draft(traderId, draftId);
  if (draft?.kind !== 'fill') throw answeredBefore();
  return draft.payload as JournalForm;
}

/**
 * Writes a questioned fill at the trader's word.
 *
 * @throws OraError `not_found` when the question was answered before, and as `writeFill` does.
 */
export async function confirmFill(
  services: Deps,
  input: Asking & { readonly draftId: number },
): Promise<WrittenFill> {
  const { draftId, ...asking } = input;
  const form = await readSavedForm(services, asking.traderId, draftId);
  const request = await readForm(services, form, asking);
  const draft = await services.stores.journal.settleDraft(asking.traderId, draftId, asking.now);
  if (draft === null) throw answeredBefore();
  return writeFill(services, request, asking);
}

function answeredBefore(): OraError {
  return new OraError('not_found', 'This was answered before. Nothing was written now; see /journal list.');
}
