import type { QuestionedFill } from '../app/journal/journal-fill.ts';
import type { WrittenFill } from '../app/journal/journal-write.ts';
import { listPositions } from '../app/journal/position-list.ts';
import type { ClickContext, CommandContext, SubmitContext } from './command.ts';
import { isPositionsPanel, positionsView } from './views/positions-view.ts';
import { doubtView, receiptView } from './views/receipt-view.ts';

/** Tells what became of a fill: its receipt with Undo, or the question that is left. */
export async function answerFill(
  context: CommandContext | ClickContext | SubmitContext,
  result: WrittenFill | QuestionedFill,
): Promise<void> {
  const view =
    result.outcome === 'questioned' ? doubtView(result.doubt, result.draftId) : receiptView(result);
  const { interaction, answer } = context;
  if (interaction.isChatInputCommand()) return answer.send(view);
  const isFromPanel = interaction.message !== null && isPositionsPanel(interaction.message);
  if (isFromPanel) await updatePanel(context);
  await answer.whisper(view);
}

/** Brings the panel of open positions, from which something was done, up to date. */
export async function updatePanel({
  services,
  interaction,
  answer,
  now,
}: CommandContext | ClickContext | SubmitContext): Promise<void> {
  const positions = await listPositions(services, { traderId: interaction.user.id, now });
  await answer.update(positionsView(positions, now));
}
