import { SlashCommandSubcommandBuilder } from 'discord.js';
import { setRisk } from '../../src/app/decisions/set-risk.ts';
import type { Subcommand } from '../../src/discord/subcommand.ts';
import { riskView } from '../../src/discord/views/risk-view.ts';

/** `/risk set`: the form behind Enter then computes the quantity. */
export const riskSet: Subcommand = {
  audience: 'person',
  data: new SlashCommandSubcommandBuilder()
    .setName('set')
    .setDescription('Let Enter compute your quantity')
    .addNumberOption((option) =>
      option
        .setName('usd')
        .setDescription('What you lose at the stop, USD')
        .setMinValue(0.01)
        .setMaxValue(10_000_000)
        .setRequired(true),
    )
    .addNumberOption((option) =>
      option
        .setName('daily-limit')
        .setDescription('Warn me when a day would lose more than this, USD')
        .setMinValue(0.01)
        .setMaxValue(10_000_000),
    ),

  async run({ interaction, services, answer, now }) {
    const settings = await setRisk(services, {
      userId: interaction.user.id,
      riskUsd: interaction.options.getNumber('usd', true),
      dailyLossUsd: interaction.options.getNumber('daily-limit'),
      now,
    });
    await answer.send(riskView(settings));
  },
};
