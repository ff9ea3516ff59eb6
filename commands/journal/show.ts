import { SlashCommandSubcommandBuilder } from 'discord.js';
import { drawPositionChart } from '../../src/app/journal/position-chart.ts';
import { showPosition } from '../../src/app/journal/position-show.ts';
import type { Subcommand } from '../../src/discord/subcommand.ts';
import { positionView } from '../../src/discord/views/position-view.ts';
import { readId, suggestPositions } from './options.ts';

/** `/journal show`: one trade with its fills on a chart, how far it went, and what was left on the table. */
export const showTrade: Subcommand = {
  audience: 'person',
  data: new SlashCommandSubcommandBuilder()
    .setName('show')
    .setDescription('See one trade with its fills, its best and its worst')
    .addStringOption((option) =>
      option
        .setName('trade')
        .setDescription('Which one; type a ticker to find it')
        .setRequired(true)
        .setAutocomplete(true)
        .setMaxLength(100),
    ),

  async run({ interaction, services, answer, now }) {
    const positionId = readId(interaction.options.getString('trade', true));
    const shown = await showPosition(services, { traderId: interaction.user.id, positionId, now });
    await answer.send(positionView(shown, await drawPositionChart(services, shown), now));
  },

  autocomplete: suggestPositions,
};
