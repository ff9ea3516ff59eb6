import type {
  APIApplicationCommandBasicOption,
  APIApplicationCommandOptionChoice,
} from 'discord-api-types/v10';
import { el, freshId } from './dom.ts';
import { fileField } from './file-field.ts';
import { OptionKind } from './kinds.ts';
import { createListbox } from './listbox.ts';
import { type ReadOption, readOption } from './option-value.ts';
import type { Person } from './select.ts';

/** The field for one option of a slash command. */
export interface OptionField {
  readonly name: string;
  readonly element: HTMLElement;
  readonly input: HTMLInputElement | HTMLSelectElement;
  readonly read: () => ReadOption;
  /** Shows what is wrong under the field, or nothing. */
  readonly complain: (error: string | null) => void;
}

/** What a field needs from the page. */
export interface FieldContext {
  readonly people: readonly Person[];
  readonly channels: readonly Person[];
  /** Live suggestions for this field; null when a later question overtook. */
  readonly suggest: () => Promise<readonly APIApplicationCommandOptionChoice[] | null>;
}

type Choice = Pick<APIApplicationCommandOptionChoice, 'name' | 'value'>;

/** The field for an option: a menu where the answers are known, a text box with suggestions otherwise. */
export function createOptionField(
  option: APIApplicationCommandBasicOption,
  context: FieldContext,
): OptionField {
  const id = freshId('option');
  const choices = choicesOf(option, context);
  const attached = option.type === OptionKind.attachment ? fileField(option) : null;
  const typed = choices === null && attached === null ? textField(option, context) : null;
  const input = attached?.input ?? typed?.input ?? menuField(choices ?? []);
  const hint = el('small', { id: `${id}-hint` }, option.description);
  input.id = id;
  input.required = option.required === true;
  input.setAttribute('aria-describedby', hint.id);
  const element = el(
    'div',
    { class: 'option' },
    el(
      'label',
      { for: id },
      option.name,
      option.required ? el('span', { class: 'star', 'aria-hidden': 'true' }, ' *') : null,
    ),
    input,
    hint,
    typed?.list ?? null,
  );
  return {
    name: option.name,
    element,
    input,
    read: () => attached?.read() ?? typed?.picked() ?? readChosen(option, input.value, choices),
    complain: (error) => {
      hint.textContent = error ?? option.description;
      element.classList.toggle('wrong', error !== null);
      input.setAttribute('aria-invalid', String(error !== null));
    },
  };
}

/** The known answers of an option; null when it is free text. */
function choicesOf(
  option: APIApplicationCommandBasicOption,
  { people, channels }: FieldContext,
): readonly Choice[] | null {
  if ('choices' in option && option.choices?.length) return option.choices;
  const named = (list: readonly Person[]): readonly Choice[] =>
    list.map(({ id, name }) => ({ name, value: id }));
  if (option.type === OptionKind.user || option.type === OptionKind.mentionable) return named(people);
  if (option.type === OptionKind.channel) return named(channels);
  if (option.type === OptionKind.boolean) {
    return [
      { name: 'True', value: 'true' },
      { name: 'False', value: 'false' },
    ];
  }
  return null;
}

/** Values of a choice may be numbers, the values of a native menu are text. */
function readChosen(
  option: APIApplicationCommandBasicOption,
  text: string,
  choices: readonly Choice[] | null,
): ReadOption {
  const chosen = choices?.find(({ value }) => String(value) === text);
  if (chosen === undefined || option.type === OptionKind.boolean) return readOption(option, text);
  return { value: chosen.value };
}

function menuField(choices: readonly Choice[]): HTMLSelectElement {
  const options = choices.map(({ name, value }) => el('option', { value: String(value) }, name));
  return el('select', {}, el('option', { value: '' }, ''), ...options);
}

function textField(option: APIApplicationCommandBasicOption, { suggest }: FieldContext) {
  const isNumber = option.type === OptionKind.integer || option.type === OptionKind.number;
  const input = el('input', { type: 'text', inputmode: isNumber ? 'decimal' : null, autocomplete: 'off' });
  if (!('autocomplete' in option) || option.autocomplete !== true) {
    return { input, list: null, picked: () => null };
  }
  let picked: Choice | null = null;
  const list = createListbox<Choice>(input, 'Suggestions', (choice) => {
    picked = choice;
    input.value = choice.name;
  });
  const refresh = async (): Promise<void> => {
    // Enter must not take a line that was suggested for other text.
    list.deactivate();
    const choices = await suggest();
    if (choices === null || document.activeElement !== input) return;
    const lines = choices.map((choice) => ({ label: choice.name, detail: '', value: choice }));
    list.show(lines, input.value !== '');
  };
  input.addEventListener('input', () => {
    picked = null;
    void refresh();
  });
  input.addEventListener('focus', () => {
    if (picked === null) void refresh();
  });
  input.addEventListener('keydown', (event) => {
    if (list.onKey(event)) event.stopPropagation();
  });
  return {
    input,
    list: list.element,
    picked: (): ReadOption | null => (picked === null ? null : { value: picked.value }),
  };
}
