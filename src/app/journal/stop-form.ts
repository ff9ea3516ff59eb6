import { OraError } from '../../domain/errors.ts';
import type { Services } from '../services.ts';
import type { Asking } from './journal-form.ts';
import { type MovedStop, moveStop } from './position-stop.ts';

/** The form behind Move stop as a draft keeps it: what was typed, right or not. */
export interface StopForm {
  readonly positionId: number;
  readonly stop: string;
}

/** Keeps a form that is about to be opened. @returns the draft's id. */
export function saveStopForm(
  { stores }: Pick<Services, 'stores'>,
  form: StopForm,
  { traderId, now }: Pick<Asking, 'traderId' | 'now'>,
): Promise<number> {
  return stores.journal.saveDraft({ traderId, kind: 'stop', payload: form, createdAt: now });
}

/** A form kept before. @throws OraError `not_found` when its stop was moved, or it is another trader's. */
export async function readStopForm(
  { stores }: Pick<Services, 'stores'>,
  traderId: string,
  draftId: number,
): Promise<StopForm> {
  const draft = await stores.journal.draft(traderId, draftId);
  if (draft?.kind === 'stop') return draft.payload as StopForm;
  throw new OraError('not_found', 'This form was used before. /positions shows where your stop is now.');
}

/**
 * Takes a form that was sent: what was typed is kept first, so that it opens again as it was filled in.
 *
 * @throws OraError `not_found` when it was used before, and as `moveStop` does.
 */
export async function submitStopForm(
  services: Pick<Services, 'stores' | 'log'>,
  input: Asking & { readonly draftId: number; readonly stop: string },
): Promise<MovedStop> {
  const { draftId, stop, ...asking } = input;
  const { positionId } = await readStopForm(services, asking.traderId, draftId);
  await services.stores.journal.updateDraft(draftId, { positionId, stop } satisfies StopForm);
  const moved = await moveStop(services, { ...asking, positionId, stop });
  await services.stores.journal.settleDraft(asking.traderId, draftId, asking.now);
  return moved;
}
