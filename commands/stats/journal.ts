import { SlashCommandSubcommandBuilder } from 'discord.js';
import { showJournalStats } from '../../src/discord/show-stats.ts';
import type { Subcommand } from '../../src/discord/subcommand.ts';
import { periodOption, readPeriod } from './options.ts';

/** `/stats journal`: what the person's own trading came to, for nobody else to see. */
export const journalStats: Subcommand = {
  audience: 'person',
  data: new SlashCommandSubcommandBuilder()
    .setName('journal')
    .setDescription('See what your own trading came to; only you see it')
    .addStringOption(periodOption()),

  async run({ interaction, services, answer, now }) {
    const period = readPeriod(interaction);
    const ask = { period, horizonBars: 0, page: 1, traderId: interaction.user.id, now };
    await answer.send(await showJournalStats(services, ask));
  },
};
