import { PermissionFlagsBits, SlashCommandBuilder } from 'discord.js';
import type { Command } from '../src/discord/command.ts';
import { showSetup } from '../src/discord/setup-panel.ts';

/** The first day: who may do what, and where the desk speaks. */
export const setup: Command = {
  access: 'setup',
  audience: 'person',
  data: new SlashCommandBuilder()
    .setName('setup')
    .setDescription('Choose roles and channels, and post a test card')
    .setDefaultMemberPermissions(PermissionFlagsBits.ManageGuild),

  async run({ interaction, services, answer }) {
    await answer.send(await showSetup(interaction.guild, services.chosen.current()));
  },
};
