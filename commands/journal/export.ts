import { SlashCommandSubcommandBuilder } from 'discord.js';
import { journalExport } from '../../src/app/journal/journal-export.ts';
import { autocompleteTicker, tickerOption } from '../../src/discord/options.ts';
import type { Subcommand } from '../../src/discord/subcommand.ts';
import { counted } from '../../src/discord/views/stats-figures.ts';
import { parseTicker } from '../../src/domain/ticker.ts';

/** `/journal export`: the person's fills as a file that imports back. */
export const exportFills: Subcommand = {
  audience: 'person',
  data: new SlashCommandSubcommandBuilder()
    .setName('export')
    .setDescription('Get your fills as CSV; /journal import takes it back')
    .addStringOption(tickerOption('Only this ticker')),

  async run({ interaction, services, answer, now }) {
    const typed = interaction.options.getString('ticker');
    const { csv, fileName, fills } = await journalExport(services, {
      traderId: interaction.user.id,
      ticker: typed === null ? null : parseTicker(typed),
      now,
    });
    await answer.send({
      content: `${counted(fills, 'fill')}, voided ones left out.`,
      files: [{ attachment: Buffer.from(csv), name: fileName }],
    });
  },

  autocomplete: autocompleteTicker,
};
