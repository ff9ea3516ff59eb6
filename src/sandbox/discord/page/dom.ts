/** What may be put inside an element; `null` and `false` are left out. */
export type Child = Node | string | null | false;

type Attribute = string | number | boolean | null | undefined | ((event: Event) => void);

/**
 * Makes an element. `true` sets an empty attribute, `false`, `null` and `undefined` set none; a function is
 * a listener for the event its key names (`click`, `change`). Text is only ever text, so nothing a bot
 * writes can become markup.
 */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value !== false && value != null) element.setAttribute(name, value === true ? '' : `${value}`);
  }
  element.append(...present(children));
  return element;
}

/** The children that are to be shown. */
export function present(children: readonly Child[]): (Node | string)[] {
  return children.filter((child) => child !== null && child !== false);
}

/**
 * An element that index.html must have.
 * @throws when it has not.
 */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`index.html has no element "${id}"`);
  return element;
}

/**
 * A dialog that index.html must have.
 * @throws when it has not.
 */
export function dialogById(id: string): HTMLDialogElement {
  const element = byId(id);
  if (!(element instanceof HTMLDialogElement)) throw new Error(`"${id}" is no dialog`);
  return element;
}

let lastId = 0;

/** A new id, for tying labels and descriptions to what they describe. */
export function freshId(prefix: string): string {
  lastId += 1;
  return `${prefix}-${lastId}`;
}
