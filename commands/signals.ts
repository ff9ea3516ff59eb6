import { SlashCommandBuilder } from 'discord.js';
import { listSignals } from '../src/app/cards/list-signals.ts';
import type { Command } from '../src/discord/command.ts';
import { autocompleteTicker, sideOption, tickerOption, timeframeOption } from '../src/discord/options.ts';
import { signalsView } from '../src/discord/views/signals-view.ts';

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 25;

/** Lists the newest signals, those whose card was suppressed included. */
export const signals: Command = {
  access: 'everyone',
  audience: 'channel',
  data: new SlashCommandBuilder()
    .setName('signals')
    .setDescription('List the newest signals')
    .addStringOption(tickerOption('Only this ticker'))
    .addStringOption(timeframeOption('Only this length of candle'))
    .addStringOption(sideOption('Only one side'))
    .addIntegerOption((option) =>
      option
        .setName('limit')
        .setDescription(`How many, ${DEFAULT_LIMIT} unless you say otherwise`)
        .setMinValue(1)
        .setMaxValue(MAX_LIMIT),
    ),

  async run({ interaction, services, answer }) {
    const { options } = interaction;
    const [ticker, timeframe, side] = ['ticker', 'timeframe', 'side'].map((name) => options.getString(name));
    const found = await listSignals(services, {
      ...(ticker && { ticker }),
      ...(timeframe && { timeframe }),
      ...(side && { side }),
      limit: options.getInteger('limit') ?? DEFAULT_LIMIT,
    });
    await answer.send(signalsView(found));
  },

  autocomplete: autocompleteTicker,
};
