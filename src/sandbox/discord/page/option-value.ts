import type { APIApplicationCommandBasicOption } from 'discord-api-types/v10';
import type { UiFile } from '../ui-protocol.ts';
import { OptionKind } from './kinds.ts';

/** A value read from a field, or the sentence that says what is wrong with it. */
export type ReadOption =
  | { readonly value: string | number | boolean | null; readonly file?: UiFile }
  | { readonly error: string };

/** Reads what was typed for an option as the type it asks for; an empty field is null. */
export function readOption(option: APIApplicationCommandBasicOption, text: string): ReadOption {
  if (text === '')
    return option.required === true ? { error: `${option.name} is required` } : { value: null };
  switch (option.type) {
    case OptionKind.integer:
      return readNumber(option, text, /^[+-]?\d+$/, 'a whole number');
    case OptionKind.number:
      return readNumber(option, text, /^[+-]?(\d+\.?\d*|\.\d+)$/, 'a number');
    case OptionKind.boolean:
      return { value: text === 'true' };
    case OptionKind.string:
      return readLength(option, text);
    default:
      return { value: text };
  }
}

interface Bounds {
  readonly name: string;
  readonly min_value?: number;
  readonly max_value?: number;
}

function readNumber(option: Bounds, text: string, shape: RegExp, what: string): ReadOption {
  const value = Number(text);
  const { name, min_value: min = -Infinity, max_value: max = Infinity } = option;
  if (!shape.test(text.trim())) return { error: `${name} must be ${what}, not "${text}"` };
  if (value < min) return { error: `${name} must be at least ${min}` };
  if (value > max) return { error: `${name} must be at most ${max}` };
  return { value };
}

function readLength(
  option: { readonly name: string; readonly min_length?: number; readonly max_length?: number },
  text: string,
): ReadOption {
  const { name, min_length: min = 0, max_length: max = 6000 } = option;
  if (text.length < min) return { error: `${name} must have at least ${min} characters` };
  if (text.length > max) return { error: `${name} must have at most ${max} characters` };
  return { value: text };
}
