const locale = 'en-US';

const styles: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  t: { timeStyle: 'short' },
  T: { timeStyle: 'medium' },
  d: { dateStyle: 'short' },
  D: { dateStyle: 'long' },
  f: { dateStyle: 'long', timeStyle: 'short' },
  F: { dateStyle: 'full', timeStyle: 'short' },
  s: { dateStyle: 'short', timeStyle: 'short' },
  S: { dateStyle: 'short', timeStyle: 'medium' },
};

const newYork = new Intl.DateTimeFormat(locale, {
  timeZone: 'America/New_York',
  weekday: 'short',
  month: 'short',
  day: 'numeric',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/**
 * A time as Discord writes `<t:…:style>`, in the visitor's own time zone; an unknown style counts as `f`.
 * Source: https://discord.com/developers/docs/reference#message-formatting-timestamp-styles
 */
export function formatTime(at: Date, style: string, now: Date): string {
  if (style === 'R') return formatRelative(at, now);
  return new Intl.DateTimeFormat(locale, styles[style] ?? styles.f).format(at);
}

/** How far a moment lies from another in the largest unit that fits: "in 2 hours", "5 minutes ago". */
export function formatRelative(at: Date, now: Date): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
  const [unit, length] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(Math.trunc(seconds / length), unit);
}

/** A message's time: only the clock for today, the date before it otherwise. */
export function formatStamp(at: Date, now: Date): string {
  return isSameDay(at, now) ? formatTime(at, 't', now) : formatTime(at, 's', now);
}

/** Whether both moments fall on one day of the visitor's calendar. */
export function isSameDay(a: Date, b: Date): boolean {
  return a.toDateString() === b.toDateString();
}

/** The time at the exchange, e.g. "Tue, Nov 18, 2025, 10:35 New York". */
export function formatNewYork(at: Date): string {
  return `${newYork.format(at)} New York`;
}
