import { openPositionForm } from '../../app/position-forms.ts';
import { moveStop } from '../../app/position-stop.ts';
import { updatePanel } from '../answer-fill.ts';
import type { Button } from '../command.ts';
import { stopFormView } from '../views/journal-form-view.ts';
import { exactPrice } from '../views/money.ts';
import { isPositionsPanel } from '../views/positions-view.ts';
import { price } from '../views/words.ts';

/** Moves the stop of a position; R stays with the initial one. */
export const positionStop: Button = {
  name: 'position:stop',
  access: 'trader',

  async click({ services, interaction, answer, id: positionId, now }) {
    const { ticker, position, stop, last } = await openPositionForm(services, {
      traderId: interaction.user.id,
      positionId,
      now,
    });
    const where = position.side === 'long' ? 'below' : 'above';
    const priced = last === null ? '' : ` the last price ${price(last.candle.close)}`;
    const form = stopFormView({
      positionId,
      title: `Move the stop of ${ticker}`,
      stop: stop === null ? '' : exactPrice(stop),
      hint: `USD a share, ${where}${priced}; R stays with your first stop`,
    });
    await answer.openForm(form);
  },

  async submit(context) {
    const { services, interaction, answer, id: positionId, now } = context;
    const { ticker, from, to, position } = await moveStop(services, {
      traderId: interaction.user.id,
      interactionId: interaction.id,
      now,
      positionId,
      stop: interaction.fields.getTextInputValue('stop'),
    });
    if (interaction.message !== null && isPositionsPanel(interaction.message)) await updatePanel(context);
    const was = from === null ? '' : ` from ${exactPrice(from)}`;
    const r =
      position.initialStop === null
        ? 'R stays unknown: the trade began without a stop.'
        : 'R stays with your first stop.';
    await answer.tell(`Moved the stop of ${ticker}${was} to **${exactPrice(to)}**. ${r}`);
  },
};
