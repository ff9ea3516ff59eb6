import { actionableFrom, isTooOldToShow } from './card-life.ts';
import { isMuted, type Mutable, type Mute } from './mute.ts';

/** More than this many cards in a minute in a channel are a flood. */
const FLOOD = 5;
/** Of a flood so many are cards of their own; the rest is one list. */
const BEST = 3;
const MINUTE = 60_000;

/** A card that a scan made, or that comes back at the open, before it is decided who sees it. */
export interface UnplacedCard extends Mutable {
  readonly channelId: string;
  /** Epoch ms. */
  readonly firedAt: number;
  /** Of its headline, 0 to 1. */
  readonly score: number;
  /** Of its watch. */
  readonly cooldownMinutes: number;
}

/** A card that people were shown, or will be at the open. */
export interface ShownCard {
  readonly ticker: string;
  readonly channelId: string;
  readonly firedAt: number;
  /** Null while it waits for the open. */
  readonly placedAt: number | null;
}

/** What becomes of a card. */
export type Placement =
  | { readonly cardId: number; readonly state: 'pending' | 'listed' }
  /** Until the next open. */
  | { readonly cardId: number; readonly state: 'held' }
  | {
      readonly cardId: number;
      readonly state: 'suppressed';
      readonly reason: 'stale' | 'muted' | 'cooldown';
    };

/** What was there before. */
export interface Scene {
  readonly now: number;
  /** Those that a cooldown or a flood may still depend on. */
  readonly shown: readonly ShownCard[];
  /** In force for everybody. */
  readonly mutes: readonly Mute[];
}

/**
 * Decides which cards people see: none of a muted thing or within the cooldown of its ticker, either side;
 * those of the closing bell wait for the open; of a flood the best become cards and the rest a list.
 * Every card gets exactly one answer; the stronger of two that compete wins.
 */
export function placeCards(cards: readonly UnplacedCard[], scene: Scene): Placement[] {
  const inOrder = cards.toSorted((a, b) => a.firedAt - b.firedAt || byStrength(a, b));
  const shown = [...scene.shown];
  const candidates: UnplacedCard[] = [];
  const placed: Placement[] = [];
  for (const card of inOrder) {
    const { cardId, ticker, channelId, firedAt } = card;
    const reason = whySuppressed(card, { ...scene, shown });
    if (reason !== null) {
      placed.push({ cardId, state: 'suppressed', reason });
      continue;
    }
    shown.push({ ticker, channelId, firedAt, placedAt: null });
    if (actionableFrom(firedAt) > scene.now) placed.push({ cardId, state: 'held' });
    else candidates.push(card);
  }
  const channels = Map.groupBy(candidates, ({ channelId }) => channelId);
  return [...placed, ...[...channels].flatMap(([channelId, group]) => tame(group, channelId, scene))];
}

/**
 * The best card first: of equal scores the one that more detectors agree on, then by name, so that the same
 * candles always give the same order.
 */
export function byStrength(a: UnplacedCard, b: UnplacedCard): number {
  return (
    b.score - a.score ||
    b.detectorIds.length - a.detectorIds.length ||
    a.ticker.localeCompare(b.ticker, 'en') ||
    a.cardId - b.cardId
  );
}

function whySuppressed(
  card: UnplacedCard,
  { now, shown, mutes }: Scene,
): 'stale' | 'muted' | 'cooldown' | null {
  if (isTooOldToShow(card.firedAt, card.timeframe, now)) return 'stale';
  if (isMuted(card, mutes)) return 'muted';
  return shown.some((before) => cools(before, card)) ? 'cooldown' : null;
}

/** Whether a card is too soon after another one of its ticker; nights before the open do not count. */
function cools(before: ShownCard, { ticker, channelId, firedAt, cooldownMinutes }: UnplacedCard): boolean {
  if (before.ticker !== ticker || before.channelId !== channelId) return false;
  const gap = Math.abs(actionableFrom(firedAt) - actionableFrom(before.firedAt));
  return gap < cooldownMinutes * MINUTE;
}

/** All of a channel's cards, or the best and a list, counting what it was shown within the last minute. */
function tame(cards: readonly UnplacedCard[], channelId: string, { shown, now }: Scene): Placement[] {
  const recent = shown.filter(
    (each) => each.channelId === channelId && each.placedAt !== null && now - each.placedAt < MINUTE,
  ).length;
  const isFlood = recent + cards.length > FLOOD;
  const room = isFlood ? Math.max(0, BEST - recent) : cards.length;
  return cards
    .toSorted(byStrength)
    .map(({ cardId }, rank) => ({ cardId, state: rank < room ? 'pending' : 'listed' }));
}
