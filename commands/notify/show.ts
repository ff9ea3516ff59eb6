import { SlashCommandSubcommandBuilder } from 'discord.js';
import type { Subcommand } from '../../src/discord/subcommand.ts';
import { notifyView } from '../../src/discord/views/notify-view.ts';

/** Shows which cards mention the person. */
export const show: Subcommand = {
  audience: 'person',
  data: new SlashCommandSubcommandBuilder().setName('show').setDescription('See which cards mention you'),

  async run({ interaction, services, answer }) {
    await answer.send(notifyView(await services.stores.notify.of(interaction.user.id)));
  },
};
