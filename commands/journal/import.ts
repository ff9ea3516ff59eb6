import { SlashCommandSubcommandBuilder } from 'discord.js';
import { previewImport } from '../../src/app/journal/journal-import.ts';
import { readTable } from '../../src/discord/read-attachment.ts';
import type { Subcommand } from '../../src/discord/subcommand.ts';
import { importPreviewView } from '../../src/discord/views/import-view.ts';

/** `/journal import`: shows what a broker's CSV would add; a button writes it. */
export const importFills: Subcommand = {
  audience: 'person',
  data: new SlashCommandSubcommandBuilder()
    .setName('import')
    .setDescription('Import fills from a CSV of your broker, or of /journal export')
    .addAttachmentOption((option) =>
      option.setName('file').setDescription('CSV with a header and a line for each fill').setRequired(true),
    ),

  async run({ interaction, services, answer, now }) {
    const file = interaction.options.getAttachment('file', true);
    const table = await readTable(file);
    const preview = await previewImport(services, {
      traderId: interaction.user.id,
      fileName: file.name,
      table,
      now,
    });
    await answer.send(importPreviewView(preview));
  },
};
