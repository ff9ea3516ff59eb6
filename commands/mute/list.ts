import { SlashCommandSubcommandBuilder } from 'discord.js';
import { listMutes } from '../../src/app/watches/mute.ts';
import type { Subcommand } from '../../src/discord/subcommand.ts';
import { muteListView } from '../../src/discord/views/mute-view.ts';

/** Lists what is muted for everybody and for the person. */
export const list: Subcommand = {
  audience: 'person',
  data: new SlashCommandSubcommandBuilder().setName('list').setDescription('See what is muted'),

  async run({ interaction, services, answer, now }) {
    await answer.send(muteListView(await listMutes(services, { userId: interaction.user.id, now })));
  },
};
