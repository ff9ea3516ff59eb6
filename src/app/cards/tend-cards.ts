import type { Desk } from '../desk.ts';
import { deliverCards } from './deliver-cards.ts';
import { deliverOutbox } from './deliver-outbox.ts';
import { placeNewCards } from './place-new-cards.ts';
import { refreshCards } from './refresh-cards.ts';
import { releaseHeldCards } from './release-held-cards.ts';
import { sendDigest } from './send-digest.ts';
import { touchCards } from './touch-cards.ts';

/** A scan is done with its cards by then. */
const SETTLED_MS = 90_000;

/**
 * One round of all that happens to cards: levels touched, time run out, the open reached, new ones placed,
 * and everything that is due posted and edited. Each part can be repeated or cut short at any point. A part
 * that fails is logged, and the others go on. Posting is left to the process that is connected to Discord.
 *
 * @param scanned whether the scan of this moment is over; else its cards are left to it, because which of
 * them are the best is known only when all are there.
 */
export async function tendCards(
  desk: Pick<Desk, 'services' | 'clock' | 'workerId' | 'stopping' | 'isGateway'>,
  { scanned }: { readonly scanned: boolean },
): Promise<void> {
  const { services, clock, workerId, stopping } = desk;
  const now = clock();
  const input = { by: workerId, clock, stopping };
  const deciding: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['touch', () => touchCards(services, { now })],
    ['expire', () => services.stores.cardLife.expire(now)],
    ['release', () => releaseHeldCards(services, { now })],
    ['place', () => placeNewCards(services, scanned ? { now } : { now, firedBy: now - SETTLED_MS })],
  ];
  const posting: typeof deciding = [
    ['deliver', () => deliverCards(services, input)],
    ['refresh', () => refreshCards(services)],
    ['digest', () => sendDigest(services, { now })],
    ['reply', () => deliverOutbox(services, input)],
  ];
  for (const [step, run] of desk.isGateway() ? [...deciding, ...posting] : deciding) {
    if (stopping.aborted) return;
    try {
      await run();
    } catch (error) {
      services.log.error({ error, step }, 'cards not tended');
    }
  }
}
