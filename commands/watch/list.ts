import { SlashCommandSubcommandBuilder } from 'discord.js';
import { listWatches } from '../../src/app/watches/list-watches.ts';
import type { Subcommand } from '../../src/discord/subcommand.ts';
import { watchListView } from '../../src/discord/views/watch-view.ts';

/** `/watch list`. */
export const watchList: Subcommand = {
  audience: 'person',
  data: new SlashCommandSubcommandBuilder().setName('list').setDescription('See what you watch'),

  async run({ interaction, services, answer }) {
    await answer.send(watchListView(await listWatches(services, interaction.user.id)));
  },
};
