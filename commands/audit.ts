import { PermissionFlagsBits, SlashCommandBuilder } from 'discord.js';
import { readAudit } from '../src/app/audit/read-audit.ts';
import type { Command } from '../src/discord/command.ts';
import { auditView } from '../src/discord/views/audit-view.ts';

const DEFAULT_LIMIT = 15;
const MAX_LIMIT = 50;

/** Reads the audit log: choices, corrections, refusals. */
export const audit: Command = {
  access: 'admin',
  audience: 'person',
  data: new SlashCommandBuilder()
    .setName('audit')
    .setDescription('Read who did or was refused what')
    .setDefaultMemberPermissions(PermissionFlagsBits.ManageGuild)
    .addUserOption((option) => option.setName('person').setDescription('Only what this person did'))
    .addBooleanOption((option) => option.setName('refused').setDescription('Only what was refused'))
    .addIntegerOption((option) =>
      option
        .setName('limit')
        .setDescription(`How many, ${DEFAULT_LIMIT} unless you say otherwise`)
        .setMinValue(1)
        .setMaxValue(MAX_LIMIT),
    ),

  async run({ interaction, services, answer }) {
    const { options } = interaction;
    const person = options.getUser('person');
    const entries = await readAudit(services, {
      ...(person !== null && { actor: person.id }),
      ...(options.getBoolean('refused') && { action: 'refused' }),
      limit: options.getInteger('limit') ?? DEFAULT_LIMIT,
    });
    await answer.send(auditView(entries));
  },
};
