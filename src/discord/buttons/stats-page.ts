import type { Button } from '../command.ts';
import { showDecisionStats, showJournalStats, unpackAsk } from '../show-stats.ts';

/** Turns the pages of `/stats journal`, which only its person sees. */
export const journalStatsPage: Button = {
  name: 'stats:journal',
  access: 'trader',
  async click({ services, interaction, answer, id, now }) {
    await answer.update(
      await showJournalStats(services, { ...unpackAsk(id), traderId: interaction.user.id, now }),
    );
  },
};

/** Turns the pages of `/stats decisions`. */
export const decisionStatsPage: Button = {
  name: 'stats:decisions',
  access: 'everyone',
  async click({ services, answer, id, now }) {
    await answer.update(await showDecisionStats(services, { ...unpackAsk(id), now }));
  },
};
