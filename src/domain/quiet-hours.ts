import { OraError } from './errors.ts';
import { newYorkClock } from './new-york-time.ts';

/** A daily stretch in New York's wall time; it may span midnight. */
export interface QuietHours {
  /** Minutes after midnight, included. */
  readonly from: number;
  /** Minutes after midnight, not included. */
  readonly to: number;
}

const SHAPE = /^\s*(\d{1,2}):(\d\d)\s*(?:-|–|to)\s*(\d{1,2}):(\d\d)\s*$/;

/** Reads `12:00-13:30`. @throws OraError `bad_input` for anything else, and for a stretch without length. */
export function parseQuietHours(text: string): QuietHours {
  const [, ...parts] = SHAPE.exec(text) ?? [];
  const [fromHour = 99, fromMinute = 0, toHour = 99, toMinute = 0] = parts.map(Number);
  const [from, to] = [minutes(fromHour, fromMinute), minutes(toHour, toMinute)];
  if (from === null || to === null || from === to) {
    throw new OraError(
      'bad_input',
      `"${text}" are no quiet hours. Write them in New York time like 12:00-13:30.`,
    );
  }
  return { from, to };
}

/** Whether a moment lies in them. */
export function isQuiet({ from, to }: QuietHours, now: number): boolean {
  const [hour = 0, minute = 0] = newYorkClock(now).split(':').map(Number);
  const at = hour * 60 + minute;
  return from < to ? at >= from && at < to : at >= from || at < to;
}

/** `12:00-13:30`. */
export function formatQuietHours({ from, to }: QuietHours): string {
  return `${clock(from)}-${clock(to)}`;
}

function minutes(hour: number, minute: number): number | null {
  return hour < 24 && minute < 60 ? hour * 60 + minute : null;
}

function clock(at: number): string {
  return [Math.floor(at / 60), at % 60].map((part) => String(part).padStart(2, '0')).join(':');
}
