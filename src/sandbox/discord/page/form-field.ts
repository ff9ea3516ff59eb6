import type {
  APICheckboxComponent,
  APICheckboxGroupComponent,
  APIComponentInLabel,
  APIRadioGroupComponent,
  APISelectMenuComponent,
  APITextInputComponent,
} from 'discord-api-types/v10';
import { type Child, el, freshId } from './dom.ts';
import { Kind } from './kinds.ts';
import { type Choices, type MenuOption, optionsOf, optionText } from './select.ts';

/** An input of a form the bot opened. */
export interface FormField {
  readonly customId: string;
  readonly element: HTMLElement;
  /** Its text, or the chosen values; for a single box "true" or "false". */
  readonly read: () => string | readonly string[];
  /** A sentence when the browser's own checks do not suffice; null when all is well. */
  readonly check: () => string | null;
}

/** The words around an input. */
export interface FieldLabel {
  readonly label: string;
  readonly description: string;
}

/** The field for any input Discord allows in a form; null for a kind this page cannot fill in. */
export function createFormField(
  component: APIComponentInLabel,
  words: FieldLabel,
  choices: Choices,
): FormField | null {
  switch (component.type) {
    case Kind.textInput:
      return textField(component, words);
    case Kind.radioGroup:
    case Kind.checkboxGroup:
      return groupField(component, words);
    case Kind.checkbox:
      return checkboxField(component, words);
    case Kind.fileUpload:
      return null;
    default:
      return selectField(component, words, choices);
  }
}

function textField(component: APITextInputComponent, words: FieldLabel): FormField {
  const attributes = {
    id: freshId('field'),
    placeholder: component.placeholder,
    required: component.required !== false,
    minlength: component.min_length || null,
    maxlength: component.max_length ?? 4000,
  };
  const input =
    component.style === 2
      ? el('textarea', { ...attributes, rows: 4 })
      : el('input', { ...attributes, type: 'text', autocomplete: 'off' });
  input.value = component.value ?? '';
  return {
    customId: component.custom_id,
    element: labelled(input, words),
    read: () => input.value,
    // The browser checks the length only of what was typed, not of what was given.
    check: () =>
      input.value !== '' && input.value.length < (component.min_length ?? 0)
        ? `${words.label}: at least ${component.min_length} characters.`
        : null,
  };
}

function selectField(component: APISelectMenuComponent, words: FieldLabel, choices: Choices): FormField {
  const isMany = (component.max_values ?? 1) > 1;
  const isRequired = component.required !== false;
  const menu = optionsOf(component, choices);
  const options = menu.map((option) =>
    el('option', { value: option.value, selected: option.default === true }, optionText(option)),
  );
  const nothing = el('option', { value: '' }, component.placeholder ?? 'Make a selection');
  const select = el(
    'select',
    { id: freshId('field'), required: isRequired, multiple: isMany },
    isMany ? null : nothing,
    ...options,
  );
  if (!isMany && !menu.some((option) => option.default)) nothing.selected = true;
  const read = () => [...select.selectedOptions].map(({ value }) => value).filter((value) => value !== '');
  return {
    customId: component.custom_id,
    element: labelled(select, words),
    read,
    check: () =>
      checkCount(words.label, read().length, {
        min: isRequired ? (component.min_values ?? 1) : 0,
        max: component.max_values ?? 1,
      }),
  };
}

function groupField(
  component: APIRadioGroupComponent | APICheckboxGroupComponent,
  words: FieldLabel,
): FormField {
  const isRadio = component.type === Kind.radioGroup;
  const isRequired = component.required !== false;
  const name = freshId('group');
  const boxes = component.options.map(({ value, default: isChosen }) =>
    el('input', { type: isRadio ? 'radio' : 'checkbox', name, value, checked: isChosen === true }),
  );
  const rows = component.options.map((option, index) => boxLabel(boxes[index] ?? null, option));
  const chosen = (): readonly string[] => boxes.filter((box) => box.checked).map(({ value }) => value);
  const min = !isRequired ? 0 : isRadio ? 1 : (component.min_values ?? 1);
  const max = isRadio ? 1 : (component.max_values ?? boxes.length);
  return {
    customId: component.custom_id,
    element: el(
      'fieldset',
      { role: isRadio ? 'radiogroup' : null },
      el('legend', {}, words.label, isRequired ? star() : null),
      words.description === '' ? null : el('small', {}, words.description),
      ...rows,
    ),
    read: () => (isRadio ? (chosen()[0] ?? '') : chosen()),
    check: () => checkCount(words.label, chosen().length, { min, max }),
  };
}

function checkboxField(component: APICheckboxComponent, words: FieldLabel): FormField {
  const box = el('input', { type: 'checkbox', checked: component.default === true });
  return {
    customId: component.custom_id,
    element: boxLabel(box, { ...words, value: '' }),
    read: () => String(box.checked),
    check: () => null,
  };
}

function checkCount(label: string, count: number, { min, max }: { min: number; max: number }): string | null {
  if (count < min) return `${label}: choose ${min === 1 ? 'one' : `at least ${min}`}.`;
  return count > max ? `${label}: choose at most ${max}.` : null;
}

function labelled(
  input: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement,
  { label, description }: FieldLabel,
): HTMLElement {
  const hint = description === '' ? null : el('small', { id: `${input.id}-hint` }, description);
  if (hint !== null) input.setAttribute('aria-describedby', hint.id);
  return el(
    'div',
    { class: 'field' },
    el('label', { for: input.id }, label, input.required ? star() : null),
    hint,
    input,
  );
}

function boxLabel(box: Child, { label, description }: MenuOption): HTMLElement {
  return el(
    'label',
    { class: 'box-label' },
    box,
    el('span', {}, label, description ? el('small', {}, description) : null),
  );
}

// Said to a screen reader by `required`, so hidden from it here: the accessible name stays the label.
function star(): HTMLElement {
  return el('span', { class: 'star', 'aria-hidden': 'true' }, ' *');
}
