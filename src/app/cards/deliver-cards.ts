import { createHash } from 'node:crypto';
import type { Card, CardDetails } from '../../domain/card.ts';
import { maySend } from '../../domain/card-life.ts';
import { whomToMention } from '../../domain/notify.ts';
import type { Services } from '../services.ts';
import { type DeliverInput, LEASE_MS, mayBePosted, retryAt } from './delivery.ts';
import { drawCardChart } from './draw-card-chart.ts';
import { prepareReminder } from './prepare-reminder.ts';

type Deps = Pick<Services, 'stores' | 'charts' | 'messenger' | 'quotes' | 'log'>;

/** A card that this process has claimed. */
interface Claimed {
  readonly details: CardDetails;
  /** An earlier attempt may have posted it. */
  readonly resumed: boolean;
  readonly now: number;
}

/** Delivers every card that is due, oldest first. @returns how many were taken up. */
export async function deliverCards(deps: Deps, input: DeliverInput): Promise<number> {
  let taken = 0;
  while (!input.stopping?.aborted && (await deliverNext(deps, input))) taken += 1;
  return taken;
}

/** Delivers one card. False when none is due. */
async function deliverNext(deps: Deps, input: DeliverInput): Promise<boolean> {
  const now = input.clock();
  const claimed = await deps.stores.cards.claim({ by: input.by, now, leaseMs: LEASE_MS });
  if (claimed === null) return false;
  try {
    await deliver(deps, input, { ...claimed, now });
  } catch (error) {
    await giveBack(deps, input, { card: claimed.details.card, error, now });
  }
  return true;
}

async function deliver(deps: Deps, { by, clock }: DeliverInput, claimed: Claimed): Promise<void> {
  const { card } = claimed.details;
  const post = card.kind === 'reminder' ? postReminder : postCard;
  const posted = await post(deps, claimed, by);
  if (posted.messageId === null) {
    await deps.stores.cards.suppress(card.id, posted.reason);
    const { id, ticker, firedAt, kind } = card;
    deps.log.info({ cardId: id, ticker, firedAt, kind, reason: posted.reason }, 'card suppressed');
    return;
  }
  const { messageId, found } = posted;
  const kept = await deps.stores.cards.markSent(card.id, { by, messageId, at: clock() });
  deps.log.info(
    { cardId: card.id, ticker: card.ticker, kind: card.kind, messageId, kept, found },
    'card sent',
  );
}

/** A message in the channel, or why there is none. */
type Posted =
  | { readonly messageId: string; readonly found: boolean }
  | { readonly messageId: null; readonly reason: 'stale' | 'nobody_waits' };

async function postCard(deps: Deps, { details, resumed, now }: Claimed, by: string): Promise<Posted> {
  const { card } = details;
  const isStale = !maySend(card, now);
  // A stale card is looked for even while the nonce is remembered: it will not be posted again.
  const since = resumed ? (isStale ? card.firstAttemptAt : mayBePosted(card.firstAttemptAt, now)) : null;
  const found = since === null ? null : await deps.messenger.findCard(card, since);
  if (found !== null) return { messageId: found, found: true };
  if (isStale) return { messageId: null, reason: 'stale' };
  const mentioned = await chooseMentions(deps, details, now);
  if (mentioned.length > 0) await deps.stores.cards.setMentioned(card.id, by, mentioned);
  const shown = { ...details, card: { ...card, mentioned } };
  const image = await drawCardChart(deps, shown);
  return { messageId: await deps.messenger.postCard(shown, image, nonceOf(card)), found: false };
}

async function postReminder(deps: Deps, { details, resumed, now }: Claimed): Promise<Posted> {
  const { card } = details;
  const reminder = await prepareReminder(deps, card, now);
  if (reminder === null) return { messageId: null, reason: 'nobody_waits' };
  const since = resumed ? mayBePosted(card.firstAttemptAt, now) : null;
  const found = since === null ? null : await deps.messenger.findReminder(reminder, since);
  const messageId = found ?? (await deps.messenger.postReminder(reminder, nonceOf(card)));
  return { messageId, found: found !== null };
}

/** A card that somebody opened from a list is theirs: it calls nobody. */
async function chooseMentions(
  { stores }: Pick<Deps, 'stores'>,
  { card, signals }: CardDetails,
  now: number,
): Promise<string[]> {
  const [headline] = signals;
  if (headline === undefined || card.openedAt !== null) return [];
  const [people, mutes] = [await stores.notify.all(), await stores.mutes.active(now)];
  const { id: cardId, ticker, timeframe, side } = card;
  const detectorIds = signals.map(({ detectorId }) => detectorId);
  const subject = { cardId, ticker, timeframe, side, score: headline.score, detectorIds };
  return whomToMention(subject, { people, mutes, now });
}

async function giveBack(
  deps: Deps,
  { by }: DeliverInput,
  { card, error, now }: { readonly card: Card; readonly error: unknown; readonly now: number },
): Promise<void> {
  const again = retryAt(error, card.attempts, now);
  const message = error instanceof Error ? error.message : String(error);
  deps.log.error({ error, cardId: card.id, ticker: card.ticker, retryAt: again }, 'card not delivered');
  await deps.stores.cards.markFailed(card.id, { by, error: message, retryAt: again });
}

/** At most 25 characters; the same for every attempt at one card, and of no other card in another database. */
function nonceOf(card: Card): string {
  const { id, ticker, timeframe, firedAt, side, channelId, kind } = card;
  const identity = [id, ticker, timeframe, firedAt, side, channelId, kind];
  return createHash('sha256').update(identity.join('|')).digest('hex').slice(0, 24);
}
