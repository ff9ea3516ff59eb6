import { moveSnooze } from '../../app/cards/snooze-card.ts';
import { OraError } from '../../domain/errors.ts';
import { snoozeEndOf } from '../../domain/until.ts';
import type { Button } from '../command.ts';
import { readSnoozeChoice, snoozePanel } from '../views/snooze-view.ts';

/** Chooses when a snoozed card comes back to this person. */
export const snoozeUntil: Button = {
  name: 'snooze:until',
  access: 'trader',

  async choose({ services, interaction, answer, id, now, values }) {
    const until = readSnoozeChoice(values[0] ?? '');
    if (until === null)
      throw new OraError('bad_input', 'That is no time to come back. Choose one of the list.');
    const wish = { cardId: id, userId: interaction.user.id, dueAt: snoozeEndOf(until, now), now };
    await answer.update(snoozePanel(id, await moveSnooze(services, wish)));
  },
};
