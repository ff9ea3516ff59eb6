import { ChannelType, SlashCommandSubcommandBuilder } from 'discord.js';
import { expectDelay } from '../../src/app/scan/expect-delay.ts';
import { startWatch } from '../../src/app/watches/start-watch.ts';
import { checkChannel } from '../../src/discord/check-channel.ts';
import type { CommandContext } from '../../src/discord/command.ts';
import { autocompleteDetectors, splitList } from '../../src/discord/detector-options.ts';
import { autocompleteTicker, sideOption, tickerOption, timeframeOption } from '../../src/discord/options.ts';
import type { Subcommand } from '../../src/discord/subcommand.ts';
import { trialLines } from '../../src/discord/views/detector-words.ts';
import { loadLines } from '../../src/discord/views/watch-load.ts';
import { watchAddedView } from '../../src/discord/views/watch-view.ts';
import { SIDES } from '../../src/domain/signal.ts';

/** `/watch add`: starts a watch, joins that of somebody else, or changes one's own. */
export const watchAdd: Subcommand = {
  audience: 'person',
  data: new SlashCommandSubcommandBuilder()
    .setName('add')
    .setDescription('Scan a ticker at every candle close')
    .addStringOption(tickerOption('Ticker, such as AAPL').setRequired(true))
    .addStringOption(timeframeOption('Length of a candle').setRequired(true))
    .addChannelOption((option) =>
      option
        .setName('channel')
        .setDescription('Where its cards go; left out, the alert channel')
        .addChannelTypes(ChannelType.GuildText),
    )
    .addNumberOption((option) =>
      option
        .setName('min-score')
        .setDescription('Show only cards with at least this score, 0 to 1')
        .setMinValue(0)
        .setMaxValue(1),
    )
    .addStringOption(sideOption('Show only one side'))
    .addStringOption((option) =>
      option
        .setName('detectors')
        .setDescription('Only these detectors, separated by commas')
        .setAutocomplete(true),
    )
    .addIntegerOption((option) =>
      option
        .setName('cooldown')
        .setDescription('Minutes before the next card of this ticker; 30 unless you say otherwise')
        .setMinValue(0)
        .setMaxValue(390),
    ),

  async run({ interaction, services, answer, now }) {
    const { options } = interaction;
    const channel = options.getChannel('channel');
    if (channel !== null) await checkChannel(interaction.guild, channel.id);
    const { watch, outcome, followers, detectors } = await startWatch(services, {
      ticker: options.getString('ticker', true),
      timeframe: options.getString('timeframe', true),
      userId: interaction.user.id,
      channelId: channel?.id ?? null,
      params: readParams(options),
      now,
    });
    const { content } = watchAddedView(watch, outcome);
    const load = await expectDelay(services, watch.timeframe);
    const lines = [content, ...trialLines(detectors), ...loadLines(load, { watch, followers })];
    await answer.send({ content: lines.join('\n') });
  },

  async autocomplete(context) {
    const { name } = context.interaction.options.getFocused(true);
    return name === 'detectors' ? autocompleteDetectors(context) : autocompleteTicker(context);
  },
};

/** What the person said; what they did not say keeps its default, or what the watch has. */
function readParams(options: CommandContext['interaction']['options']) {
  const minScore = options.getNumber('min-score');
  const side = options.getString('side');
  const chosen = options.getString('detectors');
  const cooldownMinutes = options.getInteger('cooldown');
  return {
    ...(chosen !== null && { detectors: splitList(chosen) }),
    ...(minScore !== null && { minScore }),
    ...(side !== null && { sides: SIDES.filter((known) => known === side) }),
    ...(cooldownMinutes !== null && { cooldownMinutes }),
  };
}
