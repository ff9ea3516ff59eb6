import { newYorkClock } from '../../domain/new-york-time.ts';

/** How Discord shows a moment in the reader's own time: `t` 10:35, `f` with its date, `R` "3 minutes ago". */
type Style = 't' | 'f' | 'R';

/** Source: Discord documentation, "Message Formatting", "Timestamp Styles". */
export function discordTime(at: number, style: Style): string {
  return `<t:${Math.floor(at / 1000)}:${style}>`;
}

/** A moment of today in the reader's time and on the exchange's clock, New York's: `16:35 (10:35 ET)`. */
export function clockTime(at: number): string {
  return `${discordTime(at, 't')} (${newYorkClock(at)} ET)`;
}

/** As `clockTime`, for a moment that may be on another day. */
export function momentTime(at: number): string {
  return `${discordTime(at, 'f')} (${newYorkClock(at)} ET)`;
}

/** How long ago, and when on the exchange's clock, New York's: `5 minutes ago · 10:35 ET`. */
export function agoTime(at: number): string {
  return `${discordTime(at, 'R')} · ${newYorkClock(at)} ET`;
}

/** A moment soon or lately: `10:05 ET (in 30 minutes)`. */
export function nearTime(at: number): string {
  return `${newYorkClock(at)} ET (${discordTime(at, 'R')})`;
}
