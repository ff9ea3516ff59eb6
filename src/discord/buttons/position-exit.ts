import { openPositionForm, type PositionForm } from '../../app/journal/position-forms.ts';
import type { Button } from '../command.ts';
import { exitForm, openJournalForm } from '../journal-forms.ts';

/** Opens the exit form filled in with half of a position. */
export const positionHalf: Button = exitButton('position:half', ({ half }) => half);
/** Opens the exit form filled in with all of it. */
export const positionAll: Button = exitButton('position:all', ({ all }) => all);

function exitButton(name: string, qtyOf: (form: PositionForm) => string): Button {
  return {
    name,
    access: 'trader',
    async click(context) {
      const { services, interaction, id: positionId, now } = context;
      const form = await openPositionForm(services, { traderId: interaction.user.id, positionId, now });
      await openJournalForm(context, exitForm(form, qtyOf(form)));
    },
  };
}
