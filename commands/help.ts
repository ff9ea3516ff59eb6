import { SlashCommandBuilder } from 'discord.js';
import { mayUse, visitorOf } from '../src/discord/access.ts';
import type { Command } from '../src/discord/command.ts';
import { helpView } from '../src/discord/views/help-view.ts';

/** Teaches the first day, and lists what this person may use. */
export const help: Command = {
  access: 'everyone',
  audience: 'person',
  data: new SlashCommandBuilder()
    .setName('help')
    .setDescription('See how to begin, and what you can do here'),

  async run({ interaction, answer, services, deployment: { commands, roles } }) {
    const visitor = visitorOf(interaction);
    const usable = commands.filter(({ access }) => mayUse(access, roles, visitor));
    await answer.send(
      helpView(
        usable.map(({ data }) => data.toJSON()),
        {
          mayTrade: mayUse('trader', roles, visitor),
          maySetUp: mayUse('setup', roles, visitor),
          alertChannelId: services.settings.alertChannelId,
        },
      ),
    );
  },
};
