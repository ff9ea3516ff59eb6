import { SlashCommandSubcommandBuilder } from 'discord.js';
import { editForm, openJournalForm } from '../../src/discord/journal-forms.ts';
import type { Subcommand } from '../../src/discord/subcommand.ts';
import { readId, suggestFills } from './options.ts';

/** `/journal edit`: corrects a fill in a form; the wrong one is voided and kept. */
export const editFill: Subcommand = {
  audience: 'person',
  data: new SlashCommandSubcommandBuilder()
    .setName('edit')
    .setDescription('Correct a fill: the wrong one is voided and kept')
    .addStringOption((option) =>
      option
        .setName('fill')
        .setDescription('Which one; type its number or ticker')
        .setRequired(true)
        .setAutocomplete(true)
        .setMaxLength(100),
    ),

  async run(context) {
    const { interaction, services } = context;
    const fillId = readId(interaction.options.getString('fill', true));
    await openJournalForm(context, await editForm(services, interaction.user.id, fillId));
  },

  autocomplete: suggestFills,
};
