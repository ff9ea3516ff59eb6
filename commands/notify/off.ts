import { SlashCommandSubcommandBuilder } from 'discord.js';
import type { Subcommand } from '../../src/discord/subcommand.ts';
import { notifyView } from '../../src/discord/views/notify-view.ts';

/** Ends all mentions of the person. */
export const off: Subcommand = {
  audience: 'person',
  data: new SlashCommandSubcommandBuilder().setName('off').setDescription('Be mentioned by no card'),

  async run({ interaction, services, answer }) {
    await services.stores.notify.clear(interaction.user.id);
    await answer.send(notifyView(null));
  },
};
