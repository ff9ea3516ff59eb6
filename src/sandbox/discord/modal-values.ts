import { ComponentType as T } from 'discord-api-types/v10';
import { ActError } from './act-error.ts';
import { isJson, type Json } from './forms/json.ts';
import type { ComponentNode } from './forms/layout.ts';
import type { UiAction, UiModal } from './ui-protocol.ts';

type Fields = Extract<UiAction, { type: 'modalSubmit' }>['fields'];

/**
 * The components of a MODAL_SUBMIT with what the person filled in; a field left out is empty.
 * @throws ActError for what Discord's own form would not let through
 */
export function modalData(modal: UiModal, fields: Fields): Json {
  let last = 0;
  const fill = (value: unknown): Json => {
    last += 1;
    const node = isJson(value) ? value : {};
    const base = { type: node.type, id: node.id ?? last };
    if (node.type === T.Label) return { ...base, component: fill(node.component) };
    if (Array.isArray(node.components)) return { ...base, components: node.components.map(fill) };
    if (typeof node.custom_id !== 'string') return base;
    return { ...base, custom_id: node.custom_id, ...fieldValue(node, fields[node.custom_id]) };
  };
  return { custom_id: modal.customId, components: modal.components.map(fill) };
}

function fieldValue(node: Json, given: string | readonly string[] | undefined): Json {
  const values = given === undefined ? [] : typeof given === 'string' ? [given] : given;
  const isRequired = node.required !== false;
  switch (node.type) {
    case T.TextInput:
      return { value: checkText(node, values[0] ?? String(node.value ?? '')) };
    case T.RadioGroup: {
      const [chosen] = values.length === 0 ? defaultValues(node) : values;
      if (isRequired && chosen === undefined) refuse(node, 'it must be answered');
      return { value: chosen ?? null };
    }
    case T.Checkbox:
      return { value: values[0] === 'true' };
    default:
      return { values: checkChoices(node, values.length === 0 ? defaultValues(node) : values) };
  }
}

function checkText(node: Json, text: string): string {
  if (text === '' && node.required !== false) refuse(node, 'it must not be empty');
  if (text !== '' && text.length < Number(node.min_length ?? 0)) refuse(node, 'it is too short');
  if (text.length > Number(node.max_length ?? 4000)) refuse(node, 'it is too long');
  return text;
}

/**
 * Checks chosen values against a select's own choices and its least and greatest number.
 * @throws ActError when Discord's own select would not let them through
 */
export function checkChoices(node: Json | ComponentNode, values: readonly string[]): readonly string[] {
  const options = Array.isArray(node.options) ? node.options.filter(isJson) : null;
  const unknown = options && values.find((value) => !options.some((option) => option.value === value));
  if (unknown !== null && unknown !== undefined) refuse(node, `"${unknown}" is not one of its choices`);
  const least = node.required === false && values.length === 0 ? 0 : Number(node.min_values ?? 1);
  if (values.length < least) refuse(node, `it needs at least ${least}`);
  const most = Number(node.max_values ?? (node.type === T.CheckboxGroup ? 10 : 1));
  if (values.length > most) refuse(node, `it takes at most ${most}`);
  return values;
}

function defaultValues(node: Json): readonly string[] {
  const options = Array.isArray(node.options) ? node.options.filter(isJson) : [];
  return options.filter((option) => option.default === true).map((option) => String(option.value));
}

function refuse(node: Json | ComponentNode, why: string): never {
  throw new ActError(`The field "${String(node.custom_id)}" is not filled in: ${why}.`);
}
