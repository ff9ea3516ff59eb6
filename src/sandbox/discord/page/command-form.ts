import type { APIApplicationCommandOptionChoice } from 'discord-api-types/v10';
import type { UiOption } from '../ui-protocol.ts';
import { pathOf, type Typed } from './commands.ts';
import { el } from './dom.ts';
import { createOptionField, type OptionField } from './option-field.ts';
import type { Person } from './select.ts';

/** What the form of a command needs from the page. */
export interface CommandFormContext {
  readonly people: readonly Person[];
  readonly channels: readonly Person[];
  /** Live suggestions while `focused` is being typed, given what is filled in so far. */
  readonly suggest: (
    focused: string,
    options: readonly UiOption[],
  ) => Promise<readonly APIApplicationCommandOptionChoice[] | null>;
  readonly send: (options: readonly UiOption[]) => void;
  readonly cancel: () => void;
}

/** The fields of a chosen command. Enter sends, or goes to the first field that still lacks something. */
export function createCommandForm(command: Typed, context: CommandFormContext): HTMLFormElement {
  const fields: OptionField[] = command.options.map((option) =>
    createOptionField(option, {
      people: context.people,
      channels: context.channels,
      suggest: () => context.suggest(option.name, draft(fields, option.name)),
    }),
  );
  const send = el('button', { type: 'submit', class: 'button primary' }, 'Send');
  const form = el(
    'form',
    { class: 'command', 'aria-label': pathOf(command), novalidate: true },
    el('p', {}, el('b', { class: 'path' }, pathOf(command)), ' ', el('span', {}, command.description)),
    el('div', { class: 'options' }, ...fields.map(({ element }) => element)),
    el(
      'div',
      { class: 'actions' },
      send,
      el('button', { type: 'button', class: 'button secondary', click: context.cancel }, 'Cancel'),
    ),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const options = collect(fields);
    if (options !== null) context.send(options);
  });
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') context.cancel();
    // A native menu does not submit its form on Enter; a text box does.
    if (event.key === 'Enter' && event.target instanceof HTMLSelectElement) form.requestSubmit();
    const isEmptyFirst = event.target === fields[0]?.input && fields[0]?.input.value === '';
    if (event.key === 'Backspace' && isEmptyFirst) context.cancel();
  });
  return form;
}

/** Puts the cursor where filling in begins. */
export function focusFirst(form: HTMLFormElement): void {
  form.querySelector<HTMLElement>('input, select, button')?.focus();
}

/** The options as filled in; null, with the first wrong field in focus, when something is wrong. */
function collect(fields: readonly OptionField[]): readonly UiOption[] | null {
  const options: UiOption[] = [];
  let firstWrong: OptionField | null = null;
  for (const field of fields) {
    const read = field.read();
    field.complain('error' in read ? read.error : null);
    if ('error' in read) firstWrong ??= field;
    else if (read.value !== null)
      options.push({ name: field.name, value: read.value, ...(read.file && { file: read.file }) });
  }
  firstWrong?.input.focus();
  return firstWrong === null ? options : null;
}

/** What is filled in so far; of what is not right yet only the text being typed, for that is what is asked about. */
function draft(fields: readonly OptionField[], focused: string): readonly UiOption[] {
  return fields.flatMap(({ name, input, read }) => {
    const answer = read();
    if (!('error' in answer) && answer.value !== null) return [{ name, value: answer.value }];
    return name === focused ? [{ name, value: input.value }] : [];
  });
}
