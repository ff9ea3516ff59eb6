import { SlashCommandSubcommandBuilder } from 'discord.js';
import { stopWatch } from '../../src/app/watches/stop-watch.ts';
import { autocompleteTicker, tickerOption, timeframeOption } from '../../src/discord/options.ts';
import type { Subcommand } from '../../src/discord/subcommand.ts';
import { watchRemovedView } from '../../src/discord/views/watch-view.ts';

/** `/watch remove`. */
export const watchRemove: Subcommand = {
  audience: 'person',
  data: new SlashCommandSubcommandBuilder()
    .setName('remove')
    .setDescription('Stop watching a ticker')
    .addStringOption(tickerOption('Ticker you watch').setRequired(true))
    .addStringOption(timeframeOption('Length of a candle').setRequired(true)),

  async run({ interaction, services, answer }) {
    const ticker = interaction.options.getString('ticker', true).trim().toUpperCase();
    const timeframe = interaction.options.getString('timeframe', true);
    const outcome = await stopWatch(services, { ticker, timeframe, userId: interaction.user.id });
    await answer.send(watchRemovedView({ ticker, timeframe }, outcome));
  },

  autocomplete: autocompleteTicker,
};
