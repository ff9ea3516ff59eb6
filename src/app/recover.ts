import type { Role } from '../domain/roles.ts';
import { tendCards } from './cards/tend-cards.ts';
import type { Desk } from './desk.ts';
import { labelDue } from './labels/label-due.ts';
import { scanAndTend } from './scan/scan-and-tend.ts';

/**
 * Takes up what a stop or a crash left: pending cards and edits that were lost, missed candles, due labels.
 * It calls what the jobs of the role call; starting is nothing else than the first round of them. What fails
 * is logged and left to its job.
 */
export async function recover(desk: Desk, role: Role): Promise<void> {
  try {
    await FIRST_ROUND[role](desk);
  } catch (error) {
    desk.services.log.error({ error, role }, 'recovery failed');
  }
}

const FIRST_ROUND: Readonly<Record<Role, (desk: Desk) => Promise<unknown>>> = {
  bot: (desk) => tendCards(desk, { scanned: false }),
  scanner: scanAndTend,
  labeler: ({ services, clock, workerId, stopping }) =>
    labelDue(services, { now: clock(), by: workerId, stopping }),
};
