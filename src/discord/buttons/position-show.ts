import { drawPositionChart } from '../../app/journal/position-chart.ts';
import { showPosition } from '../../app/journal/position-show.ts';
import type { Button } from '../command.ts';
import { positionView } from '../views/position-view.ts';

/** Shows one position with its fills on a chart. */
export const positionShow: Button = {
  name: 'position:show',
  access: 'trader',
  async click({ services, interaction, answer, id: positionId, now }) {
    const shown = await showPosition(services, { traderId: interaction.user.id, positionId, now });
    await answer.whisper(positionView(shown, await drawPositionChart(services, shown), now));
  },
};
