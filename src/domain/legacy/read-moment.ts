import { sessionOn } from '../calendar.ts';
import { FIRST_YEAR } from '../calendar-table.ts';
import type { LegacyValue } from './document.ts';
import type { TimeRules } from './mapping.ts';
import { plainText, readDecimal, show } from './read-decimal.ts';
import { Rejected } from './reasons.ts';
import { isZone, momentsOf } from './zone.ts';

const DAY = 86_400_000;
const EARLIEST = Date.UTC(FIRST_YEAR, 0, 1);
/** Epoch seconds of 1990 to 2100; as milliseconds they would be January 1970, as seconds these are not. */
const SECONDS = [631_152_000, 4_102_444_800] as const;

/** How times are to be read, and when now is. */
export interface MomentRules extends TimeRules {
  /** Epoch ms. Nothing happened later than a day after it. */
  readonly now: number;
}

/**
 * The moment a value names: a Date, an ObjectId's creation, epoch seconds or milliseconds as number or
 * text, ISO text, or local text whose zone it says itself or the mapping states.
 *
 * @returns epoch ms. @throws Rejected with a `time_…` or `date_…` code.
 */
export function readMoment(field: string, value: LegacyValue, rules: MomentRules): number {
  const moment = Math.floor(momentOf(field, value, rules));
  if (moment >= EARLIEST && moment <= rules.now + DAY) return moment;
  throw new Rejected('time_out_of_range', `${field} is ${show(value)}`);
}

function momentOf(field: string, value: LegacyValue, rules: MomentRules): number {
  if (value.type === 'date') return value.ms;
  if (value.type === 'objectId') return Number.parseInt(value.text.slice(0, 8), 16) * 1000;
  if (value.type === 'string' && !/^[-+]?\d+(\.\d+)?$/.test(value.text.trim())) {
    return momentOfText(field, value.text.trim(), rules);
  }
  if (value.type === 'null' || value.type === 'array' || value.type === 'other' || value.type === 'bool') {
    throw new Rejected('time_unreadable', `${field} is ${show(value)}`);
  }
  return epochMs(field, value);
}

/** The two ranges do not meet, so this is no guess. */
function epochMs(field: string, value: LegacyValue): number {
  const number = readDecimal(field, value).toNumber();
  const [from, to] = SECONDS;
  if (number >= from && number <= to) return Math.round(number * 1000);
  if (number >= from * 1000 && number <= to * 1000) return number;
  throw new Rejected('time_out_of_range', `${field} is ${plainText(readDecimal(field, value))}`);
}

const DATE = String.raw`(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)`;
const SLASHED = String.raw`(?<a>\d{1,2})[/.-](?<b>\d{1,2})[/.-](?<slashYear>\d{4})`;
const TIME = String.raw`(?<hour>\d{1,2}):(?<minute>\d\d)(:(?<second>\d\d)([.,](?<fraction>\d{1,9}))?)?(?<half>\s*[AaPp][Mm]\b)?`;
const ZONE = String.raw`\s*(?<zone>Z|[-+]\d\d(:?\d\d)?|[A-Za-z]{2,5}|[A-Za-z]+/[A-Za-z_]+(/[A-Za-z_]+)?)`;
const TEXT = new RegExp(`^(${DATE}|${SLASHED})([T ]+${TIME}(${ZONE})?)?$`);

function momentOfText(field: string, text: string, rules: TimeRules): number {
  const shown = `${field} is "${text.slice(0, 40)}"`;
  const groups = TEXT.exec(text)?.groups;
  if (groups === undefined) throw new Rejected('time_unreadable', shown);
  const date = dateOf(groups, shown, rules);
  if (groups.hour === undefined) return momentOfDate(date, shown, rules);
  const wall = Date.parse(`${date}T00:00:00Z`) + clockMs(groups, shown);
  const zone = groups.zone ?? rules.zone;
  if (zone === null) throw new Rejected('time_zone_unstated', shown);
  if (!isZone(zone)) throw new Rejected('time_unreadable', shown);
  return onlyMoment(wall, zone, shown);
}

type Groups = Readonly<Record<string, string | undefined>>;

/** `YYYY-MM-DD`, checked. */
function dateOf(groups: Groups, shown: string, rules: TimeRules): string {
  const { year = groups.slashYear } = groups;
  let { month, day } = groups;
  if (month === undefined || day === undefined) {
    if (rules.dateOrder === null) throw new Rejected('date_order_unstated', shown);
    [month, day] = rules.dateOrder === 'mdy' ? [groups.a, groups.b] : [groups.b, groups.a];
  }
  const date = `${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}`;
  const parsed = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(parsed) || new Date(parsed).toISOString().slice(0, 10) !== date) {
    throw new Rejected('time_unreadable', shown);
  }
  return date;
}

/** Time of day in ms. */
function clockMs({ hour, minute, second = '0', fraction = '0', half }: Groups, shown: string): number {
  let hours = Number(hour);
  if (half !== undefined) hours = (hours % 12) + (half.trim().toLowerCase() === 'pm' ? 12 : 0);
  if (hours > 23 || Number(minute) > 59 || Number(second) > 59) throw new Rejected('time_unreadable', shown);
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3));
  return ((hours * 60 + Number(minute)) * 60 + Number(second)) * 1000 + ms;
}

function momentOfDate(date: string, shown: string, { dateOnly, zone }: TimeRules): number {
  if (dateOnly === null) throw new Rejected('date_only', shown);
  if (dateOnly === 'midnight') {
    if (zone === null) throw new Rejected('time_zone_unstated', shown);
    return onlyMoment(Date.parse(`${date}T00:00:00Z`), zone, shown);
  }
  const session = Number(date.slice(0, 4)) < FIRST_YEAR ? null : sessionOn(date, '1d');
  if (session === null) throw new Rejected('time_out_of_range', `${shown}, when the exchange was closed`);
  return dateOnly === 'open' ? session.open : session.close;
}

function onlyMoment(wall: number, zone: string, shown: string): number {
  const [moment, second] = momentsOf(wall, zone);
  if (moment === undefined) throw new Rejected('time_does_not_exist', `${shown} in ${zone}`);
  if (second !== undefined) throw new Rejected('time_is_ambiguous', `${shown} in ${zone}`);
  return moment;
}
