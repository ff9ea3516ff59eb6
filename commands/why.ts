import { SlashCommandBuilder } from 'discord.js';
import { explainWhy } from '../src/app/cards/explain-why.ts';
import type { Command } from '../src/discord/command.ts';
import { autocompleteTicker, tickerOption, timeframeOption } from '../src/discord/options.ts';
import { whyView } from '../src/discord/views/why-view.ts';

/** Why a candle made a signal or none. */
export const why: Command = {
  access: 'everyone',
  audience: 'person',
  data: new SlashCommandBuilder()
    .setName('why')
    .setDescription('See why there was a signal, or none')
    .addStringOption(tickerOption('Ticker, such as AAPL').setRequired(true))
    .addStringOption(timeframeOption('Length of a candle').setRequired(true))
    .addStringOption((option) =>
      option
        .setName('time')
        .setDescription('New York time: 10:35, or 2026-06-10 10:35; left out, the newest candle')
        .setMaxLength(32),
    ),

  async run({ interaction, services, answer, now }) {
    const { options } = interaction;
    const found = await explainWhy(services, {
      ticker: options.getString('ticker', true),
      timeframe: options.getString('timeframe', true),
      time: options.getString('time') ?? '',
      now,
    });
    await answer.send(whyView(found, now));
  },

  autocomplete: autocompleteTicker,
};
