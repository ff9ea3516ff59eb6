import type { APISelectMenuComponent } from 'discord-api-types/v10';
import { el } from './dom.ts';
import { Kind } from './kinds.ts';

/** Somebody or something that can be picked by id. */
export interface Person {
  readonly id: string;
  readonly name: string;
}

/** Who and what a menu of people, channels or roles offers. */
export interface Choices {
  readonly people: readonly Person[];
  readonly channels: readonly Person[];
  readonly roles: readonly Person[];
}

/** One entry of a menu. */
export interface MenuOption {
  readonly value: string;
  readonly label: string;
  readonly description?: string | undefined;
  readonly default?: boolean | undefined;
}

/** A menu to pick from, whatever Discord calls it. */
export interface Menu {
  readonly customId: string;
  /** What the menu asks: its accessible name, shown while nothing is picked. */
  readonly label: string;
  readonly options: readonly MenuOption[];
  readonly minValues: number;
  readonly maxValues: number;
  readonly disabled: boolean;
}

/** The entries of any select menu: its own, or the people, channels or roles of this server. */
export function optionsOf(
  menu: APISelectMenuComponent,
  { people, channels, roles }: Choices,
): readonly MenuOption[] {
  if (menu.type === Kind.stringSelect) return menu.options;
  const picked = new Set(menu.default_values?.map(({ id }) => id));
  const all = menu.type === Kind.channelSelect ? channels : menu.type === Kind.roleSelect ? roles : people;
  return all.map(({ id, name }) => ({ value: id, label: name, default: picked.has(id) }));
}

/** A native menu for one value, a list of boxes with an Apply button for several. */
export function renderSelect(menu: Menu, onPick: (values: readonly string[]) => void): HTMLElement {
  return menu.maxValues > 1 ? renderMany(menu, onPick) : renderOne(menu, onPick);
}

/** An entry's text in a native menu, which has no second line for the description. */
export function optionText({ label, description }: MenuOption): string {
  return description ? `${label} – ${description}` : label;
}

function renderOne(menu: Menu, onPick: (values: readonly string[]) => void): HTMLElement {
  const options = menu.options.map((option) =>
    el('option', { value: option.value, selected: option.default === true }, optionText(option)),
  );
  const nothing = el(
    'option',
    { value: '', disabled: menu.minValues > 0, hidden: menu.minValues > 0 },
    menu.label,
  );
  const select = el(
    'select',
    { 'aria-label': menu.label, 'data-custom-id': menu.customId, disabled: menu.disabled },
    nothing,
    ...options,
  );
  if (!menu.options.some((option) => option.default)) nothing.selected = true;
  select.addEventListener('change', () => onPick(select.value === '' ? [] : [select.value]));
  return select;
}

function renderMany(menu: Menu, onPick: (values: readonly string[]) => void): HTMLElement {
  const boxes = menu.options.map((option) =>
    el('input', { type: 'checkbox', value: option.value, checked: option.default === true }),
  );
  const apply = el('button', { type: 'button', class: 'button primary', disabled: menu.disabled }, 'Apply');
  const chosen = (): readonly string[] => boxes.filter((box) => box.checked).map((box) => box.value);
  const check = (): void => {
    const count = chosen().length;
    apply.disabled = menu.disabled || count < menu.minValues || count > menu.maxValues;
  };
  for (const box of boxes) box.addEventListener('change', check);
  apply.addEventListener('click', () => onPick(chosen()));
  check();
  const rows = menu.options.map((option, index) => el('label', {}, boxes[index] ?? '', optionText(option)));
  return el(
    'details',
    { class: 'many' },
    el('summary', { 'data-custom-id': menu.customId }, menu.label),
    el('div', { role: 'group', 'aria-label': menu.label }, ...rows, apply),
  );
}
