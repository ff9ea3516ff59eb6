import { SlashCommandSubcommandBuilder } from 'discord.js';
import type { Subcommand } from '../../src/discord/subcommand.ts';
import { detectorName } from '../../src/discord/views/words.ts';
import * as detectors from '../../src/domain/detectors/all.ts';
import { runMute, untilOption, whomOption } from './run-mute.ts';

const choices = Object.values(detectors).map(({ id }) => ({ name: detectorName(id), value: id }));

/** Mutes cards on which nothing but this detector fired. */
export const detector: Subcommand = {
  audience: 'person',
  data: new SlashCommandSubcommandBuilder()
    .setName('detector')
    .setDescription('Keep the cards of a detector away')
    .addStringOption((option) =>
      option
        .setName('detector')
        .setDescription('Which detector')
        .setRequired(true)
        .addChoices(...choices),
    )
    .addStringOption(untilOption())
    .addStringOption(whomOption()),

  async run(context) {
    await runMute(context, {
      scope: 'detector',
      detectorId: context.interaction.options.getString('detector', true),
    });
  },
};
