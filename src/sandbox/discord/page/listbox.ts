import { el, freshId } from './dom.ts';

/** A line to choose. */
export interface Suggestion<Value> {
  readonly label: string;
  readonly detail: string;
  readonly value: Value;
}

/** The list of suggestions under a text box, after the ARIA combobox pattern. */
export interface Listbox<Value> {
  /** Goes into the document beside the input. */
  readonly element: HTMLElement;
  /** Shows these; the first is active when `isEager`, so that Enter takes it. None hides the list. */
  readonly show: (suggestions: readonly Suggestion<Value>[], isEager: boolean) => void;
  readonly hide: () => void;
  /** Keeps the list in view but Enter takes nothing from it until the next `show`. */
  readonly deactivate: () => void;
  /** Handles a key; true when it was for the list. Tab and Enter take the active line. */
  readonly onKey: (event: KeyboardEvent) => boolean;
}

/**
 * Source of the behaviour: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 */
export function createListbox<Value>(
  input: HTMLInputElement,
  name: string,
  pick: (value: Value) => void,
): Listbox<Value> {
  const id = freshId('list');
  const element = el('ul', { id, role: 'listbox', 'aria-label': name, class: 'suggestions', hidden: true });
  let shown: readonly Suggestion<Value>[] = [];
  let active = -1;

  const activate = (index: number): void => {
    active = index;
    for (const [at, option] of [...element.children].entries()) {
      option.setAttribute('aria-selected', String(at === index));
      if (at === index) option.scrollIntoView({ block: 'nearest' });
    }
    if (index === -1) input.removeAttribute('aria-activedescendant');
    else input.setAttribute('aria-activedescendant', `${id}-${index}`);
  };
  const setOpen = (isOpen: boolean): void => {
    element.hidden = !isOpen;
    input.setAttribute('aria-expanded', String(isOpen));
  };
  const hide = (): void => {
    shown = [];
    activate(-1);
    setOpen(false);
  };
  const take = (index: number): void => {
    const suggestion = shown[index];
    if (suggestion === undefined) return;
    hide();
    pick(suggestion.value);
  };

  input.setAttribute('role', 'combobox');
  input.setAttribute('aria-autocomplete', 'list');
  input.setAttribute('aria-controls', id);
  input.setAttribute('aria-expanded', 'false');
  input.autocomplete = 'off';
  input.addEventListener('blur', hide);
  // Without this the click would blur the input first and the list would be gone before it lands.
  element.addEventListener('mousedown', (event) => event.preventDefault());

  return {
    element,
    hide,
    deactivate: () => activate(-1),
    show: (suggestions, isEager) => {
      shown = suggestions;
      element.replaceChildren(
        ...suggestions.map(({ label, detail }, index) =>
          el(
            'li',
            { id: `${id}-${index}`, role: 'option', click: () => take(index) },
            el('span', { class: 'label' }, label),
            detail === '' ? null : el('span', { class: 'detail' }, detail),
          ),
        ),
      );
      setOpen(suggestions.length > 0);
      activate(isEager && suggestions.length > 0 ? 0 : -1);
    },
    onKey: (event) => {
      if (shown.length === 0) return false;
      if (event.key === 'ArrowDown') activate((active + 1) % shown.length);
      else if (event.key === 'ArrowUp') activate((Math.max(active, 0) - 1 + shown.length) % shown.length);
      else if (event.key === 'Escape') hide();
      else if ((event.key === 'Enter' || event.key === 'Tab') && active !== -1) take(active);
      else return false;
      event.preventDefault();
      return true;
    },
  };
}
