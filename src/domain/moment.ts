import { newYorkDate } from './calendar.ts';
import { OraError } from './errors.ts';
import { newYorkOffset } from './new-york-time.ts';

const DAY = 86_400_000;

/**
 * Reads a moment that a person wrote: an exchange date (`2022-02-14`, New York; its start, or its last
 * millisecond when it ends a period) or an ISO instant with a zone (`2022-02-14T15:00:00Z`).
 *
 * @returns epoch ms. @throws OraError `bad_input` for anything else.
 */
export function parseMoment(text: string, edge: 'start' | 'end'): number {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) {
    const midnightUtc = Date.parse(`${text}T00:00:00Z`);
    const noon = midnightUtc + DAY / 2;
    const start = midnightUtc - newYorkOffset(noon);
    if (!Number.isNaN(noon) && newYorkDate(noon) === text) return edge === 'start' ? start : start + DAY - 1;
  }
  const instant = Date.parse(text);
  if (/T.*(Z|[+-]\d\d:?\d\d)$/.test(text) && !Number.isNaN(instant)) return instant;
  throw new OraError(
    'bad_input',
    `"${text}" is not a date. Write 2022-02-14 (New York) or 2022-02-14T15:00:00Z.`,
  );
}
