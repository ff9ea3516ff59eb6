import { OraError } from '../errors.ts';
import { parseTicker } from '../ticker.ts';
import type { FieldReader } from './field-reader.ts';
import type { FieldRule } from './mapping.ts';
import { readDecimal, show, toMoney } from './read-decimal.ts';
import { type MomentRules, readMoment } from './read-moment.ts';
import { Rejected } from './reasons.ts';

/** What the reading of one document works with. */
export interface MapContext {
  readonly reader: FieldReader;
  readonly times: MomentRules;
  readonly detectorPrefix: string;
}

/** Upper case, without a leading `$`. @throws Rejected `ticker_missing` or `ticker_malformed`. */
export function readTicker(rule: FieldRule, { reader }: MapContext): string {
  const found = reader.find(rule);
  if (found === null) throw new Rejected('ticker_missing', `none of ${rule.from.join(', ')} is there`);
  const shown = `${found.path} is ${show(found.value)}`;
  if (found.value.type !== 'string') throw new Rejected('ticker_malformed', shown);
  try {
    return parseTicker(found.value.text.trim().replace(/^\$/, ''));
  } catch (error) {
    if (error instanceof OraError) throw new Rejected('ticker_malformed', shown);
    throw error;
  }
}

/** @throws Rejected `time_missing`, or as `readMoment`. */
export function readAt(rule: FieldRule, { reader, times }: MapContext): number {
  const found = reader.find(rule);
  if (found === null) throw new Rejected('time_missing', `none of ${rule.from.join(', ')} is there`);
  return readMoment(found.path, found.value, times);
}

/** USD, more than 0, six places; null when it is not there. @throws Rejected `not_a_number`, `not_positive`. */
export function readPrice(rule: FieldRule, { reader }: MapContext): string | null {
  const found = reader.find(rule);
  if (found === null) return null;
  const text = toMoney(found.path, readDecimal(found.path, found.value));
  if (text !== '0' && !text.startsWith('-')) return text;
  throw new Rejected('not_positive', `${found.path} is ${show(found.value)}`);
}
