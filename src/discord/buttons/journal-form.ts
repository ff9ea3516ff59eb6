import { readSavedForm } from '../../app/journal/journal-fill.ts';
import { submitForm } from '../../app/journal/journal-submit.ts';
import { answerFill } from '../answer-fill.ts';
import type { Button } from '../command.ts';
import { readTexts, showJournalForm } from '../journal-forms.ts';
import { orFixIt } from '../mend.ts';

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
    const { services, interaction, answer, id: draftId, now } = context;
    const asking = { traderId: interaction.user.id, interactionId: interaction.id, now };
    await orFixIt(answer, { name: journalForm.name, id: draftId }, async () => {
      const texts = readTexts(interaction);
      await answerFill(context, await submitForm(services, { ...asking, draftId, texts }));
    });
  },
};
