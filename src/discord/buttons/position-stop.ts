import { openPositionForm } from '../../app/journal/position-forms.ts';
import type { MovedStop } from '../../app/journal/position-stop.ts';
import { readStopForm, type StopForm, saveStopForm, submitStopForm } from '../../app/journal/stop-form.ts';
import { updatePanel } from '../answer-fill.ts';
import type { Button, ClickContext } from '../command.ts';
import { orFixIt } from '../mend.ts';
import { stopFormView } from '../views/journal-form-view.ts';
import { exactPrice } from '../views/money.ts';
import { isPositionsPanel } from '../views/positions-view.ts';
import { price } from '../views/words.ts';

/** Opens the form that moves the stop of a position; R stays with the initial one. */
export const positionStop: Button = {
  name: 'position:stop',
  access: 'trader',

  async click(context) {
    const { services, interaction, id: positionId, now } = context;
    const traderId = interaction.user.id;
    const { stop } = await openPositionForm(services, { traderId, positionId, now });
    const form = { positionId, stop: stop === null ? '' : exactPrice(stop) };
    await openStopForm(context, form, await saveStopForm(services, form, { traderId, now }));
  },
};

/** Opens that form again as it was filled in, and takes it when it is sent. */
export const stopForm: Button = {
  name: 'position:stop-form',
  access: 'trader',

  async click(context) {
    const { services, interaction, id } = context;
    await openStopForm(context, await readStopForm(services, interaction.user.id, id), id);
  },

  async submit(context) {
    const { services, interaction, answer, id: draftId, now } = context;
    const asking = { traderId: interaction.user.id, interactionId: interaction.id, now };
    const stop = interaction.fields.getTextInputValue('stop').trim();
    await orFixIt(answer, { name: stopForm.name, id: draftId }, async () => {
      const moved = await submitStopForm(services, { ...asking, draftId, stop });
      if (interaction.message !== null && isPositionsPanel(interaction.message)) await updatePanel(context);
      await answer.tell(movedWords(moved));
    });
  },
};

async function openStopForm(
  { services, interaction, answer, now }: ClickContext,
  { positionId, stop }: StopForm,
  draftId: number,
): Promise<void> {
  const traderId = interaction.user.id;
  const { ticker, position, last } = await openPositionForm(services, { traderId, positionId, now });
  const where = position.side === 'long' ? 'below' : 'above';
  const priced = last === null ? '' : `, ${where} the last price ${price(last.candle.close)}`;
  const hint = `USD a share${priced}; R stays with your first stop`;
  await answer.openForm(stopFormView({ draftId, title: `Move the stop of ${ticker}`, stop, hint }));
}

function movedWords({ ticker, from, to, position }: MovedStop): string {
  const was = from === null ? '' : ` from ${exactPrice(from)}`;
  const r =
    position.initialStop === null
      ? 'R stays unknown: the trade began without a stop.'
      : 'R stays with your first stop.';
  return `Moved the stop of ${ticker}${was} to **${exactPrice(to)}**. ${r}`;
}
