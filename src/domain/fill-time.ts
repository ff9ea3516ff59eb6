import { OraError } from './errors.ts';
import { newYorkClock, newYorkDate, newYorkOffset } from './new-york-time.ts';

/** A clock that runs ahead of ours a little is no future. */
const TOLERANCE_MS = 60_000;
const WALL_CLOCK = /^(?:(\d{4}-\d\d-\d\d)[ T])?(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?$/;

/**
 * When a fill happened, as a person or a file wrote it: empty for now, `10:35` today in New York,
 * `2026-06-10 10:35` or `10:35:07` in New York, or an ISO instant with a zone.
 *
 * @returns epoch ms. @throws OraError `bad_input` for anything else, and for the future.
 */
export function parseFillTime(text: string, now: number): number {
  const bare = text.trim();
  if (bare === '') return now;
  const at = readTime(bare, now);
  if (at === null) {
    throw new OraError(
      'bad_input',
      `The time "${bare.slice(0, 24)}" is not one. Write 10:35 (today in New York), 2026-06-10 10:35, or leave it empty for now.`,
    );
  }
  if (at > now + TOLERANCE_MS) {
    throw new OraError(
      'bad_input',
      `The time "${bare}" is in the future. Check it, or leave it empty for now.`,
    );
  }
  return Math.min(at, now);
}

/** `2026-06-10 10:35` in New York, with seconds where there are any: as `parseFillTime` takes it back. */
export function fillTime(at: number): string {
  const seconds = new Date(at)
    .toISOString()
    .slice(16, 23)
    .replace(/\.000$/, '')
    .replace(/^:00$/, '');
  return `${newYorkDate(at)} ${newYorkClock(at)}${seconds}`;
}

function readTime(text: string, now: number): number | null {
  const [, date = newYorkDate(now), hours, minutes, seconds = '0', fraction = ''] =
    WALL_CLOCK.exec(text) ?? [];
  if (hours === undefined) {
    const instant = Date.parse(text);
    return /T.*(Z|[+-]\d\d:?\d\d)$/.test(text) && !Number.isNaN(instant) ? instant : null;
  }
  const day = Date.parse(`${date}T00:00:00Z`);
  const isDate = !Number.isNaN(day) && new Date(day).toISOString().startsWith(date);
  if (!isDate || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null;
  const wall =
    day +
    ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 +
    Number(fraction.padEnd(3, '0'));
  // The offset is that of New York at the moment itself, which the wall clock names within a day.
  const guess = wall - newYorkOffset(wall);
  return wall - newYorkOffset(guess);
}
