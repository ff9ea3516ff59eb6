import { MessageFlags } from 'discord.js';
import { refreshCards } from '../app/cards/refresh-cards.ts';
import { type EnteredTrade, enterTrade } from '../app/decisions/enter-trade.ts';
import type { EntryText } from '../domain/entry.ts';
import { OraError } from '../domain/errors.ts';
import { repeatedSentence, showDecision } from './buttons/show-decision.ts';
import type { SubmitContext } from './command.ts';
import { entryReceipt, type Receipt } from './views/entry-receipt.ts';
import { mendView } from './views/receipt-view.ts';

/** What a form held, as it was typed; a form that does not ask whether it is filled is about a fill. */
export function readEntryText({ interaction: { fields } }: SubmitContext): EntryText {
  const text = (id: string) => (fields.fields.has(id) ? fields.getTextInputValue(id).trim() : '');
  const kind = fields.fields.has('kind') ? (fields.getRadioGroup('kind') ?? '') : 'filled';
  return { kind, qty: text('qty'), price: text('price'), fee: text('fee'), stop: text('stop') };
}

/** Writes the entry of a form, shows it on the card and gives the person a receipt; or keeps the draft. */
export async function submitEntry(context: SubmitContext, cardId: number): Promise<void> {
  const { services, interaction, now } = context;
  const text = readEntryText(context);
  await keepingDraft(context, { cardId, orderId: null, text }, async () => {
    const userId = interaction.user.id;
    const input = { ...text, cardId, userId, interactionId: interaction.id, now };
    await showEntry(context, await enterTrade(services, input));
  });
}

async function showEntry(context: SubmitContext, entered: EnteredTrade): Promise<void> {
  const { answer, services } = context;
  const { result } = entered;
  if (!isPrivate(context)) {
    const isNew = await showDecision(context, result);
    if (isNew) await answer.whisper(entryReceipt(entered));
    return;
  }
  if (result.outcome === 'repeated') return answer.tell(repeatedSentence(result.first));
  await answer.update(entryReceipt(entered));
  await refreshCards(services);
}

/** Does the work of a form; where the person has to mend something, what they typed is kept for "Fix it". */
export async function keepingDraft(
  context: SubmitContext,
  form: { readonly cardId: number; readonly orderId: number | null; readonly text: EntryText },
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof OraError) || error.code !== 'bad_input') throw error;
    const { services, interaction, now } = context;
    const { text: fields, ...about } = form;
    const userId = interaction.user.id;
    const id = await services.stores.entryDrafts.save({ ...about, userId, fields, createdAt: now });
    await respond(context, mendView(error.message, { name: 'entry:fix', id }));
  }
}

/** In the private message that the form was opened from, or as a new one. */
export async function respond(context: SubmitContext, receipt: Receipt): Promise<void> {
  if (isPrivate(context)) await context.answer.update(receipt);
  else await context.answer.whisper(receipt);
}

/** Whether the form was opened from a message that only this person sees. */
function isPrivate({ interaction }: SubmitContext): boolean {
  return interaction.message?.flags.has(MessageFlags.Ephemeral) ?? false;
}
