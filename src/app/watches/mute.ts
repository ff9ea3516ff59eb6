import { OraError } from '../../domain/errors.ts';
import { type Mute, type MuteTarget, muteTargetName } from '../../domain/mute.ts';
import { endOf, type Until } from '../../domain/until.ts';
import { findDetectors } from '../scan/known-detectors.ts';
import type { Services } from '../services.ts';

type Deps = Pick<Services, 'stores' | 'log'>;

/** Said again within this time, it is the same mute. */
const SAME_MS = 60_000;

export interface MuteInput {
  readonly target: MuteTarget;
  readonly until: Until;
  readonly userId: string;
  /** Nobody is shown the cards, or only this person is not mentioned. */
  readonly whom: 'everyone' | 'me';
  /** Where everybody is told; null tells nobody. */
  readonly channelId: string | null;
  readonly now: number;
}

/**
 * Stops cards from being shown for a while. Signals are still found, stored and labelled. A mute for
 * everybody is told in the channel, so that nobody waits for cards in vain, and audited. Of two for the same
 * the longer counts: a shorter one changes nothing, and a longer one ends the other.
 *
 * @returns the mute in force. @throws OraError `not_found` for a card or detector there is not.
 */
export async function mute({ stores, log }: Deps, input: MuteInput): Promise<Mute> {
  const { target, userId, whom, now } = input;
  await checkTarget(stores, target);
  const until = endOf(input.until, now);
  const forWhom = whom === 'me' ? userId : null;
  const former = (await stores.mutes.active(now)).filter(
    (each) => each.userId === forWhom && isSame(each.target, target),
  );
  const longer = former.find((each) => each.until >= until - SAME_MS);
  if (longer !== undefined) return longer;
  const made = await stores.mutes.add({ target, userId: forWhom, createdBy: userId, createdAt: now, until });
  for (const { id } of former) await stores.mutes.end(id, { by: userId, at: now });
  log.info({ ...made }, 'muted');
  if (whom === 'everyone') {
    await stores.audit.write({
      at: now,
      actor: userId,
      action: 'mute',
      target: muteTargetName(target),
      details: { id: made.id, until },
    });
    if (input.channelId !== null) {
      const content = { kind: 'mute', mute: made } as const;
      await stores.outbox.add({ key: `mute:${made.id}`, channelId: input.channelId, cardId: null, content });
    }
  }
  return made;
}

/**
 * Ends a mute before its time: one's own, or one for everybody.
 *
 * @throws OraError `not_found` when it is not in force, `forbidden` for another person's own.
 */
export async function unmute(
  { stores, log }: Deps,
  { id, userId, now }: { readonly id: number; readonly userId: string; readonly now: number },
): Promise<Mute> {
  const found = (await stores.mutes.active(now)).find((each) => each.id === id);
  if (found === undefined)
    throw new OraError('not_found', `Nothing is muted as number ${id}. See \`/mute list\`.`);
  if (found.userId !== null && found.userId !== userId) {
    throw new OraError('forbidden', `Mute ${id} is somebody else's own. See \`/mute list\` for yours.`);
  }
  await stores.mutes.end(id, { by: userId, at: now });
  log.info({ id, userId }, 'unmuted');
  if (found.userId === null) {
    await stores.audit.write({
      at: now,
      actor: userId,
      action: 'unmute',
      target: muteTargetName(found.target),
      details: { id },
    });
  }
  return found;
}

/** What is muted for everybody and for one person, those that end first first. */
export async function listMutes(
  { stores }: Pick<Deps, 'stores'>,
  { userId, now }: { readonly userId: string; readonly now: number },
): Promise<Mute[]> {
  return (await stores.mutes.active(now)).filter((each) => each.userId === null || each.userId === userId);
}

async function checkTarget(stores: Deps['stores'], target: MuteTarget): Promise<void> {
  if (target.scope === 'card' && (await stores.cards.details(target.cardId)) === null) {
    throw new OraError(
      'not_found',
      `There is no card ${target.cardId}. Its number is at the foot of the card.`,
    );
  }
  if (target.scope === 'detector') await findDetectors({ stores }, [target.detectorId]);
}

function isSame(a: MuteTarget, b: MuteTarget): boolean {
  return a.scope === b.scope && muteTargetName(a) === muteTargetName(b);
}
