import { saveForm } from '../app/journal/journal-fill.ts';
import { type FormTexts, findOwnFill, type JournalForm, NO_TEXTS } from '../app/journal/journal-form.ts';
import type { PositionForm } from '../app/journal/position-forms.ts';
import { findLastPrice } from '../app/journal/position-price.ts';
import { fillTime } from '../domain/fill-time.ts';
import { parseSide } from '../domain/journal.ts';
import { isEntry } from '../domain/ledger/fill.ts';
import type { ClickContext, CommandContext, SubmitContext } from './command.ts';
import { type FormWords, journalFormView } from './views/journal-form-view.ts';
import { exactPrice } from './views/money.ts';

type Context = CommandContext | ClickContext;

/** Keeps a form as a draft and opens it, so that it can be opened again as it was filled in. */
export async function openJournalForm(context: Context, form: JournalForm): Promise<void> {
  const { services, interaction, now } = context;
  const draftId = await saveForm(services, form, { traderId: interaction.user.id, now });
  await showJournalForm(context, { draftId, form });
}

/** Opens a form from its draft. */
export async function showJournalForm(
  { services, answer, interaction, now }: Context,
  { draftId, form }: { readonly draftId: number; readonly form: JournalForm },
): Promise<void> {
  const words = await wordsOf(services, form, interaction.user.id);
  const last = await findLastPrice(services, words.ticker, now);
  await answer.openForm(journalFormView(draftId, form, { ...words, last, now }));
}

/** What a person sent. A field that the form did not have is empty. */
export function readTexts({ fields }: SubmitContext['interaction']): FormTexts {
  const text = (id: string) => (fields.fields.has(id) ? fields.getTextInputValue(id).trim() : '');
  const tag = fields.fields.has('tag') ? (fields.getStringSelectValues('tag')[0] ?? '') : '';
  return {
    qty: text('qty'),
    price: text('price'),
    fee: text('fee'),
    stop: text('stop'),
    time: text('time'),
    tag,
  };
}

/** The exit form of a position with a quantity, filled in as far as is known. */
export function exitForm({ ticker, suggestedPrice }: PositionForm, qty: string): JournalForm {
  return { action: 'exit', ticker, texts: { ...NO_TEXTS, qty, price: suggestedPrice ?? '', tag: 'EXIT' } };
}

/** A fill as its correction begins. */
export async function editForm(
  services: Context['services'],
  traderId: string,
  fillId: number,
): Promise<JournalForm> {
  const fill = await findOwnFill(services, traderId, fillId);
  return {
    action: 'edit',
    fillId,
    texts: {
      qty: fill.qty.toFixed(),
      price: exactPrice(fill.price),
      fee: fill.feeUsd.isZero() ? '' : exactPrice(fill.feeUsd),
      stop: fill.stopPrice === null ? '' : exactPrice(fill.stopPrice),
      tag: fill.tag ?? '',
      time: fillTime(fill.at),
    },
  };
}

async function wordsOf(
  services: Context['services'],
  form: JournalForm,
  traderId: string,
): Promise<Pick<FormWords, 'title' | 'qtyHint' | 'asks'> & { readonly ticker: string }> {
  if (form.action === 'enter') {
    const ticker = form.ticker.toUpperCase();
    const did = parseSide(form.side) === 'long' ? 'bought' : 'sold short';
    return { ticker, title: `Enter ${ticker} ${form.side}`, qtyHint: `Shares you ${did}`, asks: 'stop' };
  }
  if (form.action === 'exit') {
    const { ticker } = form;
    return { ticker, title: `Exit ${ticker}`, qtyHint: 'Shares you got out of', asks: 'tag' };
  }
  const { ticker, side } = await findOwnFill(services, traderId, form.fillId);
  const title = `Correct fill ${form.fillId}: ${side} ${ticker}`;
  return { ticker, title, qtyHint: 'Shares, as they really were', asks: isEntry(side) ? 'stop' : 'tag' };
}
