import { SlashCommandBuilder } from 'discord.js';
import { readStatus } from '../src/app/ops/read-status.ts';
import type { Command } from '../src/discord/command.ts';
import { statusView } from '../src/discord/views/status-view.ts';

/** Shows how the desk is doing. */
export const status: Command = {
  access: 'everyone',
  audience: 'person',
  data: new SlashCommandBuilder().setName('status').setDescription('See how the desk is doing'),

  async run({ services, answer, now }) {
    await answer.send(statusView(await readStatus(services, { now })));
  },
};
