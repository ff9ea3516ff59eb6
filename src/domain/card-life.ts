import { candleSpans, latestSession, nextSession, type Session, sessionAt } from './calendar.ts';
import { type Card, type CardDetails, type CardEvent, type ExpiryCause, isTooOldToAct } from './card.ts';
import type { SignalTimeframe } from './timeframe.ts';

/** Candles after which a card can no longer be acted on. */
export const EXPIRY_CANDLES = 3;
/** Candles for which a card's levels are watched: the horizon that `/stats` shows unless told otherwise. */
export const HORIZON_CANDLES = 20;

/** When and why a card could no longer be acted on. */
export interface Expiry {
  /** Epoch ms. */
  readonly at: number;
  readonly by: ExpiryCause;
}

/** When a card's time runs out, epoch ms. */
export interface CardTimes {
  /** End of the third candle after it. */
  readonly expiresAt: number;
  /** End of the last candle that is looked at for touches. */
  readonly horizonAt: number;
}

/** The session that closed at exactly this moment; null for any other. */
function sessionClosing(firedAt: number): Session | null {
  const session = sessionAt(firedAt - 1);
  return session?.close === firedAt ? session : null;
}

/** The first moment at which somebody can act on a signal: at once, or the next open after the closing bell. */
export function actionableFrom(firedAt: number): number {
  const session = sessionClosing(firedAt);
  return session === null ? firedAt : nextSession(session).open;
}

/** After the open a card of the closing bell is waited for so long: the first candles must come in for its gap. */
const OPENING_MS = 15 * 60_000;

/** Whether a card is too old to be shown. A night or a weekend before the next open does not count. */
export function isTooOldToShow(firedAt: number, timeframe: SignalTimeframe, now: number): boolean {
  const from = actionableFrom(firedAt);
  if (from !== firedAt && now <= from + OPENING_MS) return false;
  return isTooOldToAct(from, timeframe, now);
}

/** Counted in candles of the exchange's calendar: nights and weekends do not use up a card's time. */
export function timesOf(firedAt: number, timeframe: SignalTimeframe): CardTimes {
  const ends: number[] = [];
  let session = latestSession(firedAt);
  while (ends.length < HORIZON_CANDLES) {
    for (const { ts, end } of candleSpans(session, timeframe)) if (ts >= firedAt) ends.push(end);
    session = nextSession(session);
  }
  const [expiresAt = firedAt, horizonAt = firedAt] = [ends[EXPIRY_CANDLES - 1], ends[HORIZON_CANDLES - 1]];
  return { expiresAt, horizonAt };
}

/** When and why a card could no longer be acted on, as far as that is written; null while it can. */
export function expiryOf({ card, events }: Pick<CardDetails, 'card' | 'events'>): Expiry | null {
  if (card.expiredAt !== null && card.expiredBy !== null) return { at: card.expiredAt, by: card.expiredBy };
  return expiringTouch(events);
}

/** The same, by the clock: its time may have run out before anybody wrote that down. */
export function expiryAt(details: Pick<CardDetails, 'card' | 'events'>, now: number): Expiry | null {
  const { expiresAt } = details.card;
  const byTime = expiresAt !== null && expiresAt <= now ? ({ at: expiresAt, by: 'time' } as const) : null;
  return expiryOf(details) ?? byTime;
}

/** The touch that ended a card: of its first target, or of its stop. */
export function expiringTouch(events: readonly CardEvent[]): Expiry | null {
  for (const { kind, at } of events) if (kind === 'tp1' || kind === 'stop') return { at, by: kind };
  return null;
}

/** Whether nothing more can happen to a card: its stop or last target was touched, or its candles are over. */
export function isOver(events: readonly CardEvent[]): boolean {
  return events.some(({ kind }) => kind === 'stop' || kind === 'tp3' || kind === 'horizon');
}

/** People who want to hear what becomes of a card: those whose latest word is that they entered or watch. */
export function followersOf({ decisions }: Pick<CardDetails, 'decisions'>): string[] {
  return decisions.flatMap(({ userId, action }) => (action === 'enter' || action === 'watch' ? userId : []));
}

/** Whether a card may still be posted: one that somebody asked for always may. */
export function maySend(card: Card, now: number): boolean {
  return (
    card.openedAt !== null || card.kind === 'reminder' || !isTooOldToShow(card.firedAt, card.timeframe, now)
  );
}
