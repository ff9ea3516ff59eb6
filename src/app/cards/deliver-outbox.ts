import { createHash } from 'node:crypto';
import { followersOf } from '../../domain/card-life.ts';
import { isMuted } from '../../domain/mute.ts';
import type { OutboxMessage } from '../../domain/outbox.ts';
import type { OutboxPost } from '../ports.ts';
import type { Services } from '../services.ts';
import { type DeliverInput, LEASE_MS, mayBePosted, retryAt } from './delivery.ts';

type Deps = Pick<Services, 'stores' | 'messenger' | 'log'>;

/** Posts every message that is due and no card, oldest first. @returns how many were taken up. */
export async function deliverOutbox(deps: Deps, input: DeliverInput): Promise<number> {
  let taken = 0;
  while (!input.stopping?.aborted && (await deliverNext(deps, input))) taken += 1;
  return taken;
}

async function deliverNext({ stores, ...deps }: Deps, { by, clock }: DeliverInput): Promise<boolean> {
  const now = clock();
  const claimed = await stores.outbox.claim({ by, now, leaseMs: LEASE_MS });
  if (claimed === null) return false;
  const { message, resumed } = claimed;
  try {
    const ready = await prepare(stores, message, now);
    if (typeof ready === 'string') {
      await stores.outbox.suppress(message.id, ready);
      deps.log.info({ key: message.key, reason: ready }, 'message suppressed');
      return true;
    }
    const since = resumed ? mayBePosted(message.firstAttemptAt, now) : null;
    const posted = since === null ? null : await deps.messenger.findMessage(ready, since);
    const messageId = posted ?? (await deps.messenger.postMessage(ready, nonceOf(message)));
    await stores.outbox.markSent(message.id, { by, messageId, at: clock() });
    deps.log.info({ key: message.key, messageId, found: posted !== null }, 'message sent');
  } catch (error) {
    const failure = { by, error: error instanceof Error ? error.message : String(error) };
    const again = retryAt(error, message.attempts, now);
    deps.log.error({ error, key: message.key, retryAt: again }, 'message not delivered');
    await stores.outbox.markFailed(message.id, { ...failure, retryAt: again });
  }
  return true;
}

/** The message with what it replies to and whom it mentions; or why nobody is told. */
async function prepare(
  stores: Services['stores'],
  message: OutboxMessage,
  now: number,
): Promise<OutboxPost | 'nobody_follows' | 'muted' | 'card_gone'> {
  if (message.cardId === null) return { ...message, replyTo: null, mention: [] };
  const replyTo = await stores.cards.details(message.cardId);
  if (replyTo === null) return 'card_gone';
  if (message.content.kind !== 'touch') return { ...message, replyTo, mention: [] };
  const mutes = (await stores.mutes.active(now)).filter(({ target }) => target.scope === 'card');
  const { id: cardId, ticker, timeframe } = replyTo.card;
  const subject = { cardId, ticker, timeframe, detectorIds: [] };
  const isMutedFor = (userId: string | null) =>
    isMuted(
      subject,
      mutes.filter((mute) => mute.userId === userId),
    );
  if (isMutedFor(null)) return 'muted';
  const mention = followersOf(replyTo).filter((userId) => !isMutedFor(userId));
  return mention.length === 0 ? 'nobody_follows' : { ...message, replyTo, mention };
}

/** At most 25 characters; the same for every attempt. */
function nonceOf({ key, channelId }: OutboxMessage): string {
  return createHash('sha256').update(`${channelId}|${key}`).digest('hex').slice(0, 24);
}
