import { fillOrder, findWorkingOrder } from '../../app/decisions/fill-order.ts';
import type { Button } from '../command.ts';
import { buildCustomId } from '../custom-id.ts';
import { keepingDraft, readEntryText, respond } from '../entry-answer.ts';
import { filledForm } from '../views/entry-form.ts';
import { filledReceipt } from '../views/entry-receipt.ts';

/** Asks for the fill of a working order, and journals it. */
export const orderFilled: Button = {
  name: 'order:filled',
  access: 'trader',

  async click({ services, interaction, answer, id }) {
    const order = await findWorkingOrder(services, { userId: interaction.user.id, orderId: id });
    await answer.openForm(filledForm(order, { customId: buildCustomId('order:filled', id), draft: null }));
  },

  async submit(context) {
    const { services, interaction, id, now } = context;
    const userId = interaction.user.id;
    const { cardId } = await findWorkingOrder(services, { userId, orderId: id });
    const text = readEntryText(context);
    await keepingDraft(context, { cardId, orderId: id, text }, async () => {
      const asked = { ...text, orderId: id, userId, interactionId: interaction.id, now };
      await respond(context, filledReceipt(await fillOrder(services, asked)));
    });
  },
};
