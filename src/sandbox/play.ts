import { tendCards } from '../app/cards/tend-cards.ts';
import type { Desk } from '../app/desk.ts';
import { labelDue } from '../app/labels/label-due.ts';
import { latestSession } from '../domain/calendar.ts';
import type { ReplayClock } from './replay-clock.ts';

export interface PlayOptions {
  readonly desk: Desk;
  readonly clock: ReplayClock;
  /** Last simulated moment, epoch ms. */
  readonly until: number;
  /** Told after every moment, when its cards are delivered. */
  readonly onMoment: () => void;
  /** Ends the playing; a moment that has begun is finished first. */
  readonly signal: AbortSignal;
}

/**
 * Plays the market candle by candle into the running bot, and goes on only when scan and outbox are
 * drained.
 */
export async function play({ desk, clock, until, onMoment, signal }: PlayOptions): Promise<void> {
  signal.addEventListener('abort', clock.step, { once: true }); // ends its wait, paused or not
  while (!signal.aborted && clock.now() < until) {
    const now = await clock.next();
    if (signal.aborted) return;
    await playOnce(desk, now);
    onMoment();
  }
}

/** One moment, by what the jobs call: scan, cards and digests, and labels when a day is over. @returns cards made. */
export async function playOnce(desk: Desk, now: number): Promise<number> {
  const { cards } = await desk.scanner.scanDue(now);
  await tendCards(desk, { scanned: true });
  if (now === latestSession(now).close) await labelDue(desk.services, { now });
  return cards;
}
