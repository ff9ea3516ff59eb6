import type { Desk } from '../app/desk.ts';
import { labelDue } from '../app/label-due.ts';
import { sendDigest } from '../app/send-digest.ts';
import { tendCards } from '../app/tend-cards.ts';
import { latestSession } from '../domain/calendar.ts';
import { eveningDigestAt, morningDigestAt } from '../domain/digest.ts';
import type { ReplayClock } from './replay-clock.ts';

export interface PlayOptions {
  readonly desk: Desk;
  readonly clock: ReplayClock;
  /** Last simulated moment, epoch ms. */
  readonly until: number;
  /** Told after every candle, when its cards are delivered. */
  readonly onCandle: () => void;
  /** Ends the playing; a candle that has begun is finished first. */
  readonly signal: AbortSignal;
}

/**
 * Plays the market candle by candle into the running bot, and takes the next candle only when scan and
 * outbox are drained.
 */
export async function play({ desk, clock, until, onCandle, signal }: PlayOptions): Promise<void> {
  signal.addEventListener('abort', clock.step, { once: true }); // ends its wait, paused or not
  while (!signal.aborted && clock.now() < until) {
    const now = await clock.next();
    if (signal.aborted) return;
    await playOnce(desk, now);
    onCandle();
  }
}

/**
 * One candle close, by what the jobs call: scan, cards, and labels at the end of a day. The digests, which
 * fall between two days, are written with the first and the last candle. @returns cards made.
 */
export async function playOnce(desk: Desk, now: number): Promise<number> {
  const { services, scanner } = desk;
  const session = latestSession(now);
  await sendDigest(services, { now: morningDigestAt(session) });
  const { cards } = await scanner.scanDue(now);
  await tendCards(desk, { scanned: true });
  if (now >= session.close) {
    await labelDue(services, { now });
    await sendDigest(services, { now: eveningDigestAt(session) });
    await tendCards(desk, { scanned: true });
  }
  return cards;
}
