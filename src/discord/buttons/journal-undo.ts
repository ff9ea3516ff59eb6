import { type JournalUndoInput, journalUndo as undo } from '../../app/journal/journal-undo.ts';
import type { Button } from '../command.ts';
import { undoneView } from '../views/receipt-view.ts';

/** Takes back what a receipt is about. */
export const journalUndo: Button = undoButton('journal:undo', 'fill');
/** Takes back a whole file. */
export const journalUndoImport: Button = undoButton('journal:undo-import', 'import');

function undoButton(name: string, scope: JournalUndoInput['scope']): Button {
  return {
    name,
    access: 'trader',
    async click({ services, interaction, answer, id, now }) {
      const asking = { traderId: interaction.user.id, interactionId: interaction.id, now };
      await answer.update(undoneView(await undo(services, { ...asking, id, scope })));
    },
  };
}
