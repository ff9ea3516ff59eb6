import { listPositions } from '../../app/journal/position-list.ts';
import type { Button } from '../command.ts';
import { positionsView } from '../views/positions-view.ts';

/** Turns the pages of `/positions`. */
export const positionPage: Button = {
  name: 'position:page',
  access: 'trader',
  async click({ services, interaction, answer, id: page, now }) {
    const positions = await listPositions(services, { traderId: interaction.user.id, now });
    await answer.update(positionsView(positions, now, page));
  },
};
