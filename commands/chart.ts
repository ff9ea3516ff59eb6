import { SlashCommandBuilder } from 'discord.js';
import { drawChart } from '../src/app/cards/draw-chart.ts';
import type { AutocompleteContext, Command } from '../src/discord/command.ts';
import { autocompleteTicker, tickerOption, timeframeOption } from '../src/discord/options.ts';
import { autocompleteSignal, signalOption } from '../src/discord/signal-option.ts';
import { chartView } from '../src/discord/views/chart-view.ts';

/** Draws the newest closed candles of a ticker, or those around one of its signals. */
export const chart: Command = {
  access: 'everyone',
  audience: 'channel',
  data: new SlashCommandBuilder()
    .setName('chart')
    .setDescription('Draw the newest candles of a ticker, or those around a signal')
    .addStringOption(tickerOption('Ticker, such as AAPL').setRequired(true))
    .addStringOption(timeframeOption('Length of a candle').setRequired(true))
    .addIntegerOption((option) =>
      option.setName('candles').setDescription('How many candles').setMinValue(20).setMaxValue(300),
    )
    .addStringOption(signalOption('One of its signals, drawn with its levels')),

  async run({ interaction, services, answer, now }) {
    const { options } = interaction;
    const candles = options.getInteger('candles');
    const signal = options.getString('signal');
    const drawn = await drawChart(services, {
      ticker: options.getString('ticker', true),
      timeframe: options.getString('timeframe', true),
      ...(candles !== null && { candles }),
      ...(signal !== null && { signal }),
      now,
    });
    await answer.send(chartView(drawn));
  },

  autocomplete: (context: AutocompleteContext) =>
    context.interaction.options.getFocused(true).name === 'signal'
      ? autocompleteSignal(context)
      : autocompleteTicker(context),
};
