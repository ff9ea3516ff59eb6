import { snoozeCard } from '../../app/cards/snooze-card.ts';
import type { Button } from '../command.ts';
import { snoozePanel } from '../views/snooze-view.ts';
import { repeatedSentence, showDecision } from './show-decision.ts';

/** Brings a card back to one person in half an hour, and offers them other times. */
export const snooze: Button = {
  name: 'card:snooze',
  access: 'trader',

  async click(context) {
    const { services, interaction, answer, id, now } = context;
    const { user, id: interactionId } = interaction;
    const result = await snoozeCard(services, { cardId: id, userId: user.id, interactionId, now });
    const panel = snoozePanel(id, result.dueAt);
    if (result.outcome === 'written') await showDecision(context, result);
    const before = result.wasAway ? `${repeatedSentence(result.first)}\n` : '';
    await answer.whisper({ ...panel, content: `${before}${panel.content}` });
  },
};
