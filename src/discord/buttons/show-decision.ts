import { refreshCards } from '../../app/cards/refresh-cards.ts';
import type { DecisionResult } from '../../app/ports.ts';
import type { CardDecision, DecisionAction } from '../../domain/card.ts';
import type { ClickContext, SubmitContext } from '../command.ts';
import { hasChart } from '../messenger.ts';
import { cardView } from '../views/card-view.ts';
import { decidedReminder } from '../views/reminder-view.ts';
import { nearTime } from '../views/time.ts';

/**
 * Shows a new decision on the card it is about; a repeated one is only told to the person.
 * @returns whether it was new.
 */
export async function showDecision(
  context: ClickContext | SubmitContext,
  result: DecisionResult,
): Promise<boolean> {
  const { answer, deployment, interaction, services } = context;
  if (result.outcome === 'repeated') {
    await answer.tell(repeatedSentence(result.first));
    return false;
  }
  const { message } = interaction;
  if (message !== null && message.id !== result.details.card.messageId) {
    // A reminder: it keeps its words, and the card itself is brought up to date by its own edit.
    await answer.update(decidedReminder(message.content, result.details));
    await refreshCards(services);
    return true;
  }
  const chart = message !== null && hasChart(message);
  const isShown = await answer.update(
    cardView(result.details, { hasChart: chart, notice: deployment.notice }),
  );
  // A card that could not be updated in time stays outdated, and the refresh job edits it.
  if (isShown) await services.stores.cards.markShown(result.details);
  return true;
}

const DONE: Readonly<Record<DecisionAction, string>> = {
  enter: 'entered this',
  ignore: 'ignored this',
  watch: 'chose to watch this',
  snooze: 'snoozed this',
};

/** What a second identical click is told. */
export function repeatedSentence({ action, decidedAt }: CardDecision): string {
  return `You already ${DONE[action]} at ${nearTime(decidedAt)}. Nothing was written.`;
}
