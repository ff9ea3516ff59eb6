import { SlashCommandSubcommandBuilder } from 'discord.js';
import { unmute } from '../../src/app/watches/mute.ts';
import type { Subcommand } from '../../src/discord/subcommand.ts';
import { targetWords } from '../../src/discord/views/mute-view.ts';

/** Ends a mute before its time. */
export const off: Subcommand = {
  audience: 'person',
  data: new SlashCommandSubcommandBuilder()
    .setName('off')
    .setDescription('End a mute')
    .addIntegerOption((option) =>
      option.setName('number').setDescription('Its number in /mute list').setMinValue(1).setRequired(true),
    ),

  async run({ interaction, services, answer, now }) {
    const id = interaction.options.getInteger('number', true);
    const ended = await unmute(services, { id, userId: interaction.user.id, now });
    await answer.send({ content: `🔔 **${targetWords(ended.target)}** is no longer muted.` });
  },
};
