import { SlashCommandSubcommandBuilder } from 'discord.js';
import type { Subcommand } from '../../src/discord/subcommand.ts';
import { riskView } from '../../src/discord/views/risk-view.ts';

/** `/risk off`. */
export const riskOff: Subcommand = {
  audience: 'person',
  data: new SlashCommandSubcommandBuilder().setName('off').setDescription('Type quantities yourself again'),

  async run({ interaction, services, answer }) {
    await services.stores.risk.clear(interaction.user.id);
    await answer.send(riskView(null));
  },
};
