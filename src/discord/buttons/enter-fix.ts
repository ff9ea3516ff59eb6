import { findWorkingOrder } from '../../app/decisions/fill-order.ts';
import { openEntryForm } from '../../app/decisions/open-entry-form.ts';
import type { EntryDraft } from '../../app/ports.ts';
import { OraError } from '../../domain/errors.ts';
import type { Button, ClickContext, SubmitContext } from '../command.ts';
import { buildCustomId } from '../custom-id.ts';
import { submitEntry } from '../entry-answer.ts';
import { entryForm, filledForm } from '../views/entry-form.ts';

/** Opens a refused form as it was filled in, also after a restart. */
export const enterFix: Button = {
  name: 'entry:fix',
  access: 'trader',

  async click(context) {
    const { services, interaction, answer, id, now } = context;
    const userId = interaction.user.id;
    const { cardId, orderId, fields: draft } = await findDraft(context);
    if (orderId !== null) {
      const order = await findWorkingOrder(services, { userId, orderId });
      return answer.openForm(filledForm(order, { customId: buildCustomId('order:filled', orderId), draft }));
    }
    const form = await openEntryForm(services, { cardId, userId, now });
    await answer.openForm(entryForm(form, { customId: buildCustomId('entry:fix', id), draft }));
  },

  async submit(context) {
    const { cardId } = await findDraft(context);
    await submitEntry(context, cardId);
  },
};

async function findDraft({ services, interaction, id }: ClickContext | SubmitContext): Promise<EntryDraft> {
  const draft = await services.stores.entryDrafts.find(interaction.user.id, id);
  if (draft !== null) return draft;
  throw new OraError('not_found', 'What you typed is no longer kept. Tap Enter on the card again.');
}
