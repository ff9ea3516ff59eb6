import type { Services } from '../services.ts';
import { journalFill, type QuestionedFill, readSavedForm, saveForm } from './journal-fill.ts';
import type { Asking, FormTexts } from './journal-form.ts';
import type { WrittenFill } from './journal-write.ts';

/**
 * Takes a form that was sent. Its texts are kept first, so that a form that cannot be written opens
 * again as it was filled in; once it is written its draft is done with.
 *
 * @throws OraError `not_found` when its draft is done with, and as `journalFill` does.
 */
export async function submitForm(
  services: Pick<Services, 'stores' | 'log'>,
  input: Asking & { readonly draftId: number; readonly texts: FormTexts },
): Promise<WrittenFill | QuestionedFill> {
  const { draftId, texts, ...asking } = input;
  const { traderId, now } = asking;
  const form = { ...(await readSavedForm(services, traderId, draftId)), texts };
  await saveForm(services, form, { traderId, now, draftId });
  const result = await journalFill(services, form, { ...asking, draftId });
  if (result.outcome !== 'questioned') await services.stores.journal.settleDraft(traderId, draftId, now);
  return result;
}
