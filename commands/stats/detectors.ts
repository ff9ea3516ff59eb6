import { SlashCommandSubcommandBuilder } from 'discord.js';
import { readDetectorStats } from '../../src/app/stats/read-detector-stats.ts';
import { autocompleteDetector, detectorOption } from '../../src/discord/detector-options.ts';
import { timeframeOption } from '../../src/discord/options.ts';
import type { Subcommand } from '../../src/discord/subcommand.ts';
import { detectorStatsView } from '../../src/discord/views/stats-view.ts';
import { defaultHorizons } from '../../src/domain/labels/horizons.ts';
import { TO_SESSION_CLOSE } from '../../src/domain/labels/outcome.ts';
import { DEFAULT_LABEL_VERSION, LABEL_VERSIONS } from '../../src/domain/labels/versions.ts';
import { parseSignalTimeframe } from '../../src/domain/timeframe.ts';

const DEFAULT_HORIZON = 20;
const horizonChoices = [
  ...defaultHorizons('5m').map(({ bars }) => ({ name: `${bars} candles`, value: bars })),
  { name: 'to the close (label version 2)', value: TO_SESSION_CLOSE },
];
const versionChoices = LABEL_VERSIONS.map(({ version }) => ({ name: `version ${version}`, value: version }));

/** `/stats detectors`: how often TP1 came before the stop, with what the rate rests on. */
export const detectorStats: Subcommand = {
  audience: 'channel',
  data: new SlashCommandSubcommandBuilder()
    .setName('detectors')
    .setDescription('How often TP1 came before the stop, by detector')
    .addIntegerOption((option) =>
      option
        .setName('horizon')
        .setDescription(`How far to look ahead, ${DEFAULT_HORIZON} candles unless you say otherwise`)
        .addChoices(...horizonChoices),
    )
    .addIntegerOption((option) =>
      option
        .setName('labels')
        .setDescription('Label version: 1 by per cent from the close, 2 by ATR from the next open')
        .addChoices(...versionChoices),
    )
    .addStringOption(timeframeOption('Only this length of candle'))
    .addStringOption(detectorOption('Only this detector')),

  async run({ interaction, services, answer }) {
    const { options } = interaction;
    const horizonBars = options.getInteger('horizon') ?? DEFAULT_HORIZON;
    const toClose = horizonBars === TO_SESSION_CLOSE ? 2 : DEFAULT_LABEL_VERSION;
    const labelVersion = options.getInteger('labels') ?? toClose;
    const timeframe = options.getString('timeframe');
    const detectorId = options.getString('detector');
    const found = await readDetectorStats(services, {
      horizonBars,
      labelVersion,
      ...(timeframe !== null && { timeframe: parseSignalTimeframe(timeframe) }),
      ...(detectorId !== null && { detectorId }),
    });
    await answer.send(detectorStatsView(found, horizonBars));
  },

  autocomplete: autocompleteDetector,
};
