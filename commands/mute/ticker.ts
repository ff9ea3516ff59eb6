import { SlashCommandSubcommandBuilder } from 'discord.js';
import { autocompleteTicker, tickerOption, timeframeOption } from '../../src/discord/options.ts';
import type { Subcommand } from '../../src/discord/subcommand.ts';
import { parseTicker } from '../../src/domain/ticker.ts';
import { parseSignalTimeframe } from '../../src/domain/timeframe.ts';
import { runMute, untilOption, whomOption } from './run-mute.ts';

/** Mutes a ticker, or one of its timeframes. */
export const ticker: Subcommand = {
  audience: 'person',
  data: new SlashCommandSubcommandBuilder()
    .setName('ticker')
    .setDescription('Keep the cards of a ticker away')
    .addStringOption(tickerOption('Ticker, such as AAPL').setRequired(true))
    .addStringOption(untilOption())
    .addStringOption(timeframeOption('Only this length of candle'))
    .addStringOption(whomOption()),

  async run(context) {
    const { options } = context.interaction;
    const name = parseTicker(options.getString('ticker', true));
    const timeframe = options.getString('timeframe');
    await runMute(
      context,
      timeframe === null
        ? { scope: 'ticker', ticker: name }
        : { scope: 'series', ticker: name, timeframe: parseSignalTimeframe(timeframe) },
    );
  },

  autocomplete: autocompleteTicker,
};
