import { SlashCommandSubcommandBuilder } from 'discord.js';
import type { Subcommand } from '../../src/discord/subcommand.ts';
import { riskView } from '../../src/discord/views/risk-view.ts';

/** `/risk show`. */
export const riskShow: Subcommand = {
  audience: 'person',
  data: new SlashCommandSubcommandBuilder().setName('show').setDescription('See what you chose'),

  async run({ interaction, services, answer }) {
    await answer.send(riskView(await services.stores.risk.of(interaction.user.id)));
  },
};
