import { newYorkDate, sessionsBetween } from './calendar.ts';

const MINUTE = 60_000;
const TEN_DAYS = 10 * 24 * 60 * MINUTE;

/** How long something may last, in the words people choose from. */
export const UNTIL_CHOICES = ['15m', '1h', 'close', 'tomorrow'] as const;
export type Until = (typeof UNTIL_CHOICES)[number];

/** Narrows text from outside. */
export function isUntil(text: string): text is Until {
  return (UNTIL_CHOICES as readonly string[]).includes(text);
}

/**
 * When it ends, epoch ms: `close` is the end of the session that runs, or of the next one; `tomorrow` the
 * open of the first session that begins after today's.
 */
export function endOf(until: Until, now: number): number {
  switch (until) {
    case '15m':
      return now + 15 * MINUTE;
    case '1h':
      return now + 60 * MINUTE;
    case 'close':
      return nextClose(now);
    case 'tomorrow':
      return nextOpen(now);
  }
}

/** When something that was put away comes back: as `endOf`, but early enough before a close to act. */
export function snoozeEndOf(until: Until, now: number): number {
  if (until !== 'close') return endOf(until, now);
  const soon = sessionsBetween(now, now + TEN_DAYS).map(({ close }) => close - 15 * MINUTE);
  return first(soon.filter((moment) => moment > now));
}

function nextClose(now: number): number {
  return first(sessionsBetween(now, now + TEN_DAYS).map(({ close }) => close));
}

/** The first open of a later day than today in New York. */
function nextOpen(now: number): number {
  const today = newYorkDate(now);
  const later = sessionsBetween(now, now + TEN_DAYS).filter(({ date }) => date > today);
  return first(later.map(({ open }) => open));
}

function first(moments: readonly number[]): number {
  const [moment] = moments;
  if (moment === undefined) throw new Error('no session within ten days');
  return moment;
}
