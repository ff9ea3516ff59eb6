import { SlashCommandBuilder } from 'discord.js';
import { freshenPositions } from '../src/app/journal/position-freshen.ts';
import { listPositions } from '../src/app/journal/position-list.ts';
import type { Command } from '../src/discord/command.ts';
import { positionsView } from '../src/discord/views/positions-view.ts';

/** Shows what a person holds, with the buttons to get out. */
export const positions: Command = {
  access: 'trader',
  audience: 'person',
  data: new SlashCommandBuilder()
    .setName('positions')
    .setDescription('See what you hold, get out, move a stop'),

  async run({ interaction, services, answer, now }) {
    await freshenPositions(services, { traderId: interaction.user.id, now });
    const held = await listPositions(services, { traderId: interaction.user.id, now });
    await answer.send(positionsView(held, now));
  },
};
