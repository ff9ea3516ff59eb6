import type { APIApplicationCommand } from 'discord-api-types/v10';
import type { CommandFormContext } from './command-form.ts';
import { createCommandForm, focusFirst } from './command-form.ts';
import { matching, pathOf, type Typed, typedCommands } from './commands.ts';
import { byId, el } from './dom.ts';
import { createListbox, type Suggestion } from './listbox.ts';

/** What the command box needs from the page; `Send` and `suggest` are told which command is open. */
export interface PickerContext extends Pick<CommandFormContext, 'people' | 'channels'> {
  readonly commands: readonly APIApplicationCommand[];
  readonly suggest: (
    command: Typed,
    ...rest: Parameters<CommandFormContext['suggest']>
  ) => ReturnType<CommandFormContext['suggest']>;
  readonly send: (command: Typed, ...rest: Parameters<CommandFormContext['send']>) => void;
}

/** The box under the messages: "/" lists commands, choosing one opens its fields. */
export interface SlashPicker {
  /** Shows the box afresh for this channel. */
  readonly reset: (channelName: string) => void;
}

/** Makes the command box; `context` is asked anew each time, for commands and people change. */
export function createSlashPicker(context: () => PickerContext): SlashPicker {
  const composer = byId('composer');
  const input = el('input', { id: 'command', type: 'text', 'aria-label': 'Command', spellcheck: 'false' });
  const list = createListbox<Typed>(input, 'Commands', open);
  const hint = el('p', { class: 'hint', role: 'status' });
  const box = el('div', { class: 'box' }, list.element, input, hint);

  function close(): void {
    input.value = '';
    hint.textContent = '';
    list.hide();
    composer.replaceChildren(box);
  }
  function open(command: Typed): void {
    const { people, channels, suggest, send } = context();
    const form = createCommandForm(command, {
      people,
      channels,
      suggest: (focused, options) => suggest(command, focused, options),
      send: (options) => {
        finish();
        send(command, options);
      },
      cancel: finish,
    });
    composer.replaceChildren(form);
    focusFirst(form);
  }
  function finish(): void {
    close();
    input.focus();
  }
  function offer(): void {
    const text = input.value;
    hint.textContent =
      text !== '' && !text.startsWith('/') ? 'Here only commands are sent: begin with "/".' : '';
    if (!text.startsWith('/')) {
      list.hide();
      return;
    }
    const found = matching(typedCommands(context().commands), text.slice(1));
    // A space after a whole command opens its fields, so "/signals " needs no arrow keys.
    const whole = text.endsWith(' ') ? found.filter((command) => pathOf(command) === text.trimEnd()) : [];
    if (whole[0] !== undefined) {
      open(whole[0]);
      return;
    }
    if (found.length === 0) hint.textContent = 'No command begins like this.';
    list.show(found.map(suggestionOf), true);
  }

  input.addEventListener('input', offer);
  input.addEventListener('focus', offer);
  input.addEventListener('keydown', (event) => {
    list.onKey(event);
  });
  return {
    reset: (channelName) => {
      input.placeholder = `Type / for commands in #${channelName}`;
      close();
    },
  };
}

function suggestionOf(command: Typed): Suggestion<Typed> {
  return { label: pathOf(command), detail: command.description, value: command };
}
