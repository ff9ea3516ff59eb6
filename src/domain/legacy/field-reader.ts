import type { LegacyDocument, LegacyValue } from './document.ts';
import type { FieldRule } from './mapping.ts';
import { show } from './read-decimal.ts';
import { Rejected } from './reasons.ts';

/** A value that was found, and under which name. */
export interface Found {
  readonly path: string;
  readonly value: LegacyValue;
}

/** Reads our fields out of one document and remembers which of its own it took. */
export interface FieldReader {
  /** The first alternative that is there and not blank, which is then taken; null when none is. */
  find(rule: FieldRule): Found | null;
  /** The same, but nothing is taken. */
  peek(rule: FieldRule): Found | null;
  /**
   * Text by the rule's table; its default when it is not there.
   * @throws Rejected `unknown_value` for a text that the table lacks.
   */
  text(rule: FieldRule): string | null;
  /** Dotted paths that were taken. */
  readonly taken: ReadonlySet<string>;
}

export function readFields(document: LegacyDocument, blank: ReadonlySet<string>): FieldReader {
  const taken = new Set<string>();
  const isBlank = (value: LegacyValue) =>
    value.type === 'null' || ('text' in value && blank.has(value.text.trim().toLowerCase()));

  const look = (path: string): LegacyValue | null => {
    const value = document.fields.get(path);
    return value === undefined || isBlank(value) ? null : value;
  };
  const peek = ({ from }: FieldRule): Found | null => {
    for (const path of from) {
      const parts = path.split('+');
      const value = parts.length === 1 ? look(path) : joinTexts(parts.map(look));
      if (value !== null) return { path, value };
    }
    return null;
  };
  const find = (rule: FieldRule): Found | null => {
    const found = peek(rule);
    for (const part of found?.path.split('+') ?? []) taken.add(part);
    return found;
  };
  return {
    taken,
    find,
    peek,
    text(rule) {
      const found = find(rule);
      if (found === null) return rule.default ?? null;
      const { value, path } = found;
      const text = 'text' in value ? value.text.trim() : null;
      const meant = text === null ? null : rule.values === undefined ? text : rule.values[key(text)];
      if (meant != null) return meant;
      throw new Rejected('unknown_value', `${path} is ${show(value)}`);
    },
  };
}

/** As keys of tables are written: `Sell Short` and `sell-short` are `sell_short`. */
function key(text: string): string {
  return text.toLowerCase().replace(/[\s-]+/g, '_');
}

/** A date and a time of day in fields of their own; null when they are not that. */
function joinTexts(values: readonly (LegacyValue | null)[]): LegacyValue | null {
  const [date, time] = values;
  if (date?.type !== 'string' || time?.type !== 'string' || !/^\s*\d{1,2}:\d\d/.test(time.text)) return null;
  return { type: 'string', text: `${date.text.trim()} ${time.text.trim()}` };
}
