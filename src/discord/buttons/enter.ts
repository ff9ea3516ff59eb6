import { openEntryForm } from '../../app/decisions/open-entry-form.ts';
import type { Button } from '../command.ts';
import { buildCustomId } from '../custom-id.ts';
import { submitEntry } from '../entry-answer.ts';
import { entryForm, filledForm } from '../views/entry-form.ts';

/**
 * Opens the entry form at once; its submission writes decision, order and execution together. A person
 * whose order on this card still works is asked for its fill instead.
 */
export const enter: Button = {
  name: 'card:enter',
  access: 'trader',

  async click({ services, interaction, answer, id, now }) {
    const userId = interaction.user.id;
    const [form, orders] = await Promise.all([
      openEntryForm(services, { cardId: id, userId, now }),
      services.stores.workingOrders.of(userId),
    ]);
    const working = orders.find(({ cardId }) => cardId === id);
    const modal =
      working === undefined
        ? entryForm(form, { customId: buildCustomId('card:enter', id), draft: null })
        : filledForm(working, { customId: buildCustomId('order:filled', working.id), draft: null });
    await answer.openForm(modal);
  },

  submit: (context) => submitEntry(context, context.id),
};
