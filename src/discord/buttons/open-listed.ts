import { openListedCard } from '../../app/cards/open-listed-card.ts';
import type { Button } from '../command.ts';
import { listView } from '../views/outbox-view.ts';

/** Opens one line of a list as a card of its own. */
export const openListed: Button = {
  name: 'list:open',
  access: 'trader',

  async choose({ services, interaction, answer, id, now, values }) {
    const opening = await openListedCard(services, {
      listId: id,
      cardId: Number(values[0]),
      userId: interaction.user.id,
      by: interaction.id,
      clock: () => now,
    });
    const links = new Map(
      opening.opened.map(({ cardId, channelId, messageId }) => [
        cardId,
        `https://discord.com/channels/${interaction.guildId}/${channelId}/${messageId}`,
      ]),
    );
    await answer.update(listView(id, opening.list, links));
  },
};
