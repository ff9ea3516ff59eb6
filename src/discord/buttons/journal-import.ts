import { confirmImport, discardImport, mapImport, readImport } from '../../app/journal/journal-import.ts';
import { writeColumns } from '../../domain/ledger/import-columns.ts';
import type { Button } from '../command.ts';
import { orFixIt } from '../mend.ts';
import { columnsFormView, importedView, importPreviewView } from '../views/import-view.ts';

/** Writes what a preview showed. */
export const journalImport: Button = {
  name: 'journal:import',
  access: 'trader',
  async click({ services, interaction, answer, id: draftId, now }) {
    const asking = { traderId: interaction.user.id, interactionId: interaction.id, now };
    await answer.update(importedView(await confirmImport(services, { ...asking, draftId })));
  },
};

/** Lets the person say which column is which, and previews again. */
export const journalColumns: Button = {
  name: 'journal:columns',
  access: 'trader',
  async click({ services, interaction, answer, id }) {
    const { table, columns, typed } = await readImport(services, interaction.user.id, id);
    const header = table[0] ?? [];
    await answer.openForm(columnsFormView(id, { text: typed ?? writeColumns(columns, header), header }));
  },
  async submit({ services, interaction, answer, id: draftId, now }) {
    const columns = interaction.fields.getTextInputValue('columns');
    await orFixIt(answer, { name: journalColumns.name, id: draftId }, async () => {
      const preview = await mapImport(services, { traderId: interaction.user.id, draftId, columns, now });
      await answer.update(importPreviewView(preview));
    });
  },
};

/** Gives an import up. */
export const journalDiscard: Button = {
  name: 'journal:discard',
  access: 'trader',
  async click({ services, interaction, answer, id: draftId, now }) {
    await discardImport(services, { traderId: interaction.user.id, draftId, now });
    await answer.update({ content: 'Nothing was imported.', embeds: [], components: [] });
  },
};
