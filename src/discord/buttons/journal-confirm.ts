import { confirmFill } from '../../app/journal/journal-fill.ts';
import type { Button } from '../command.ts';
import { receiptView } from '../views/receipt-view.ts';

/** Writes a fill that was questioned. */
export const journalConfirm: Button = {
  name: 'journal:confirm',
  access: 'trader',
  async click({ services, interaction, answer, id, now }) {
    const written = await confirmFill(services, {
      traderId: interaction.user.id,
      interactionId: interaction.id,
      now,
      draftId: id,
    });
    await answer.update(receiptView(written));
  },
};
