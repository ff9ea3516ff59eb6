import { OraError } from '../domain/errors.ts';
import type { Answer } from './answer.ts';
import { type FormRef, mendView } from './views/receipt-view.ts';

/** What a person can put right by writing something else. */
const MENDABLE = ['bad_input', 'conflict'];

/** Does the work of a form whose texts are kept; where they must be mended, says why and offers "Fix it". */
export async function orFixIt(answer: Answer, form: FormRef, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof OraError && MENDABLE.includes(error.code))) throw error;
    await answer.whisper(mendView(error.message, form));
  }
}
