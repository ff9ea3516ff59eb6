import { SlashCommandBuilder } from 'discord.js';
import type { Command } from '../src/discord/command.ts';
import { workingOrdersView } from '../src/discord/views/entry-receipt.ts';

/** The limit orders of this person that still work: private messages get lost, orders do not. */
export const orders: Command = {
  access: 'trader',
  audience: 'person',
  data: new SlashCommandBuilder().setName('orders').setDescription('See your working limit orders'),

  async run({ interaction, services, answer }) {
    await answer.send(workingOrdersView(await services.stores.workingOrders.of(interaction.user.id)));
  },
};
