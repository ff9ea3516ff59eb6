import type { Button } from '../command.ts';
import { journalListView, readPageId } from '../views/journal-list-view.ts';

/** Turns the pages of `/journal list`. */
export const journalPage: Button = {
  name: 'journal:page',
  access: 'trader',
  async click({ services, interaction, answer, id }) {
    const { symbolId, page } = readPageId(id);
    const fills = await services.stores.journal.fills({
      traderId: interaction.user.id,
      ...(symbolId > 0 && { symbolId }),
    });
    const ticker = symbolId > 0 ? (fills[0]?.ticker ?? null) : null;
    await answer.update(journalListView(fills, { ticker, page }));
  },
};
