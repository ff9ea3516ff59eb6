import { giveReason } from '../../app/decisions/give-reason.ts';
import type { IgnoreReason } from '../../domain/entry.ts';
import type { Button } from '../command.ts';
import { reasonButtonName } from '../views/reason-rows.ts';
import { showDecision } from './show-decision.ts';

/** One tap that says why a card was ignored. */
function reasonButton(reason: IgnoreReason): Button {
  return {
    name: reasonButtonName(reason),
    access: 'trader',
    async click(context) {
      const { services, interaction, id, now } = context;
      const by = { userId: interaction.user.id, interactionId: interaction.id };
      await showDecision(context, await giveReason(services, { cardId: id, ...by, reason, now }));
    },
  };
}

export const reasonSpread = reasonButton('spread');
export const reasonNews = reasonButton('news');
export const reasonExtended = reasonButton('extended');
export const reasonAlreadyIn = reasonButton('already_in');
export const reasonNoSize = reasonButton('no_size');
export const reasonOther = reasonButton('other');
