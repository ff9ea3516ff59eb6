import { decide } from '../../app/decisions/decide.ts';
import type { DecisionAction } from '../../domain/card.ts';
import type { Button } from '../command.ts';
import { showDecision } from './show-decision.ts';

/** A button of a card that writes one decision with one click. */
export function decisionButton(action: Exclude<DecisionAction, 'enter'>): Button {
  return {
    name: `card:${action}`,
    access: 'trader',
    async click(context) {
      const { services, interaction, id, now } = context;
      const result = await decide(services, {
        cardId: id,
        action,
        userId: interaction.user.id,
        interactionId: interaction.id,
        decidedAt: now,
      });
      await showDecision(context, result);
    },
  };
}
