import { SlashCommandSubcommandBuilder } from 'discord.js';
import { autocompleteTicker, tickerOption } from '../../src/discord/options.ts';
import type { Subcommand } from '../../src/discord/subcommand.ts';
import { journalListView } from '../../src/discord/views/journal-list-view.ts';
import { parseTicker } from '../../src/domain/ticker.ts';

/** `/journal list`: the person's fills, voided ones included. */
export const listFills: Subcommand = {
  audience: 'person',
  data: new SlashCommandSubcommandBuilder()
    .setName('list')
    .setDescription('See your fills, newest first')
    .addStringOption(tickerOption('Only this ticker')),

  async run({ interaction, services, answer }) {
    const typed = interaction.options.getString('ticker');
    const ticker = typed === null ? null : parseTicker(typed);
    const fills = await services.stores.journal.fills({
      traderId: interaction.user.id,
      ...(ticker !== null && { ticker }),
    });
    await answer.send(journalListView(fills, { ticker, page: 1 }));
  },

  autocomplete: autocompleteTicker,
};
