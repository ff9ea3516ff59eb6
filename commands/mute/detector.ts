import { SlashCommandSubcommandBuilder } from 'discord.js';
import { autocompleteDetector, detectorOption } from '../../src/discord/detector-options.ts';
import type { Subcommand } from '../../src/discord/subcommand.ts';
import { runMute, untilOption, whomOption } from './run-mute.ts';

/** Mutes cards on which nothing but this detector fired. */
export const detector: Subcommand = {
  audience: 'person',
  data: new SlashCommandSubcommandBuilder()
    .setName('detector')
    .setDescription('Keep the cards of a detector away')
    .addStringOption(detectorOption('Which detector').setRequired(true))
    .addStringOption(untilOption())
    .addStringOption(whomOption()),

  async run(context) {
    await runMute(context, {
      scope: 'detector',
      detectorId: context.interaction.options.getString('detector', true),
    });
  },

  autocomplete: autocompleteDetector,
};
