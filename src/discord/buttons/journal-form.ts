import { readSavedForm } from '../../app/journal-fill.ts';
import { submitForm } from '../../app/journal-submit.ts';
import { OraError } from '../../domain/errors.ts';
import { answerFill } from '../answer-fill.ts';
import type { Button } from '../command.ts';
import { readTexts, showJournalForm } from '../journal-forms.ts';
import { mendView } from '../views/receipt-view.ts';

/** Opens a form of the journal as it was filled in, and takes it when it is sent. */
export const journalForm: Button = {
  name: 'journal:form',
  access: 'trader',

  async click(context) {
    const { services, interaction, id } = context;
    const form = await readSavedForm(services, interaction.user.id, id);
    await showJournalForm(context, { draftId: id, form });
  },

  async submit(context) {
    const { services, interaction, answer, id, now } = context;
    const asking = { traderId: interaction.user.id, interactionId: interaction.id, now };
    try {
      await answerFill(
        context,
        await submitForm(services, { ...asking, draftId: id, texts: readTexts(interaction) }),
      );
    } catch (error) {
      const isMendable = error instanceof OraError && ['bad_input', 'conflict'].includes(error.code);
      if (!isMendable) throw error;
      await answer.whisper(mendView(error.message, id));
    }
  },
};
