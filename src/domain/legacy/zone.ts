import { OraError } from '../errors.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** Zones that texts name by letters; an abbreviation is an offset, whatever the day. */
const ABBREVIATIONS: Readonly<Record<string, number>> = {
  Z: 0,
  UTC: 0,
  GMT: 0,
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
};
const FAMILIES: Readonly<Record<string, string>> = {
  ET: 'America/New_York',
  CT: 'America/Chicago',
  MT: 'America/Denver',
  PT: 'America/Los_Angeles',
};

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * The moments at which the clock of a zone showed a wall time: none when it was put forward over it, two
 * when it was put back.
 *
 * @param wall the wall time as if it were UTC, epoch ms. @throws OraError `bad_input` for an unknown zone.
 */
export function momentsOf(wall: number, zone: string): number[] {
  const offset = fixedOffset(zone);
  if (offset !== null) return [wall - offset];
  const name = FAMILIES[zone.toUpperCase()] ?? zone;
  const candidates = new Set([
    wall - offsetAt(name, wall - 24 * HOUR),
    wall - offsetAt(name, wall + 24 * HOUR),
  ]);
  return [...candidates].filter((moment) => moment + offsetAt(name, moment) === wall).sort((a, b) => a - b);
}

/** Whether a text names a zone: an offset, an abbreviation, or a name such as `America/New_York`. */
export function isZone(text: string): boolean {
  try {
    momentsOf(0, text);
    return true;
  } catch {
    return false;
  }
}

/** `+00:00`, `-0500`, `EST`; null for what is no fixed offset. */
function fixedOffset(zone: string): number | null {
  const known = ABBREVIATIONS[zone.toUpperCase()];
  if (known !== undefined) return known * HOUR;
  const match = /^([-+])(\d\d):?(\d\d)?$/.exec(zone);
  if (match === null) return null;
  const [, sign, hours, minutes = '0'] = match;
  return (sign === '-' ? -1 : 1) * (Number(hours) * HOUR + Number(minutes) * MINUTE);
}

function offsetAt(zone: string, moment: number): number {
  const parts = formatOf(zone).formatToParts(moment);
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
  const wall = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return wall - Math.floor(moment / 1000) * 1000;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
    return format;
  } catch (cause) {
    throw new OraError('bad_input', `"${zone}" is not a time zone. Write it as America/New_York.`, { cause });
  }
}
