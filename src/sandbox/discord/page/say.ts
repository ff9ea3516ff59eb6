import { byId, el } from './dom.ts';

/** Puts a line above the command box: how a command is getting on, or why it failed. */
export function say(sentence: string, role: 'status' | 'alert'): void {
  const close = el('button', { type: 'button', class: 'quiet', click: sayNothing }, 'Dismiss');
  byId('says').replaceChildren(el('p', { role }, sentence, role === 'alert' ? close : null));
}

/** Takes the line away. */
export function sayNothing(): void {
  byId('says').replaceChildren();
}
