import { SlashCommandSubcommandBuilder } from 'discord.js';
import type { Subcommand } from '../../src/discord/subcommand.ts';
import { runMute, untilOption, whomOption } from './run-mute.ts';

/** Mutes what is still to be said about one card. */
export const card: Subcommand = {
  audience: 'person',
  data: new SlashCommandSubcommandBuilder()
    .setName('card')
    .setDescription('Hear nothing more of one card')
    .addIntegerOption((option) =>
      option
        .setName('number')
        .setDescription('The number at the foot of the card')
        .setMinValue(1)
        .setRequired(true),
    )
    .addStringOption(untilOption())
    .addStringOption(whomOption()),

  async run(context) {
    await runMute(context, {
      scope: 'card',
      cardId: context.interaction.options.getInteger('number', true),
    });
  },
};
