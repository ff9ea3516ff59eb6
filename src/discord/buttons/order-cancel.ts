import { cancelOrder } from '../../app/decisions/fill-order.ts';
import type { Button } from '../command.ts';
import { cancelledReceipt } from '../views/entry-receipt.ts';

/** Ends what still waits of a working order. */
export const orderCancel: Button = {
  name: 'order:cancel',
  access: 'trader',

  async click({ services, interaction, answer, id, now }) {
    const order = await cancelOrder(services, { orderId: id, userId: interaction.user.id, now });
    await answer.update(cancelledReceipt(order));
  },
};
