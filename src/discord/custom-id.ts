import { OraError } from '../domain/errors.ts';

/** What a button or form says it is: which plug-in answers it, and about which row. */
export interface CustomId {
  /** Name of the button plug-in, `card:enter`. */
  readonly name: string;
  /** Row id the click is about, a positive integer. */
  readonly id: number;
}

/** `card:enter:123`. Nothing else is needed to answer a click, so a button outlives a restart. */
const SHAPE = /^([a-z]+:[a-z-]+):([1-9][0-9]{0,15})$/;
/** Discord's limit for `custom_id`. */
const MAX_LENGTH = 100;

/** @throws Error when the parts could not be read back: a bug in the plug-in. */
export function buildCustomId(name: string, id: number): string {
  const text = `${name}:${id}`;
  if (text.length > MAX_LENGTH || !SHAPE.test(text)) throw new Error(`no custom id can be made of "${text}"`);
  return text;
}

/** @throws OraError `bad_input` for a text that `buildCustomId` cannot have made. */
export function parseCustomId(text: string): CustomId {
  const [, name, id] = (text.length <= MAX_LENGTH && SHAPE.exec(text)) || [];
  if (name === undefined || !Number.isSafeInteger(Number(id))) {
    throw new OraError(
      'bad_input',
      'This button is not one of ours, or from an older version. Use a newer card.',
    );
  }
  return { name, id: Number(id) };
}
