import { SlashCommandSubcommandBuilder } from 'discord.js';
import { showDecisionStats } from '../../src/discord/show-stats.ts';
import type { Subcommand } from '../../src/discord/subcommand.ts';
import { DEFAULT_HORIZON, horizonOption, periodOption, readPeriod } from './options.ts';

/** `/stats decisions`: what was entered, ignored and left unanswered, and what that was worth. */
export const decisionStats: Subcommand = {
  audience: 'channel',
  data: new SlashCommandSubcommandBuilder()
    .setName('decisions')
    .setDescription('What was entered and ignored, and what that was worth')
    .addStringOption(periodOption())
    .addIntegerOption(horizonOption()),

  async run({ interaction, services, answer, now }) {
    const horizonBars = interaction.options.getInteger('horizon') ?? DEFAULT_HORIZON;
    await answer.send(
      await showDecisionStats(services, { period: readPeriod(interaction), horizonBars, page: 1, now }),
    );
  },
};
