import type { UiModal } from '../ui-protocol.ts';
import { type Child, dialogById, el } from './dom.ts';
import { createFormField, type FormField } from './form-field.ts';
import { Kind } from './kinds.ts';
import type { Names } from './names.ts';
import type { Ended } from './pending.ts';
import { renderMarkdown } from './rich-text.ts';
import type { Choices } from './select.ts';

/** What a form needs from the page. */
export interface ModalContext extends Choices {
  readonly names: Names;
  /** Called when the form is gone, sent or not. */
  readonly closed: () => void;
  /** Sends what was filled in, by custom id. */
  readonly submit: (fields: Readonly<Record<string, string | readonly string[]>>, ended: Ended) => void;
}

/** Opens a form the bot asked for. It closes when the bot has answered and stays, with the reason, if not. */
export function openModal(modal: UiModal, context: ModalContext): void {
  const dialog = dialogById('modal');
  const fields: FormField[] = [];
  const parts = modal.components.map((component) => renderPart(component, context, fields));
  const complaint = el('p', { class: 'failure', role: 'alert' });
  const submit = el('button', { type: 'submit', class: 'button primary' }, 'Submit');
  const form = el(
    'form',
    {},
    el('h2', { id: 'modal-title' }, modal.title),
    ...parts,
    complaint,
    el(
      'footer',
      {},
      el('button', { type: 'button', class: 'button secondary', click: () => dialog.close() }, 'Cancel'),
      submit,
    ),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const wrong = fields.map((field) => field.check()).find((sentence) => sentence !== null);
    complaint.textContent = wrong ?? '';
    if (wrong !== undefined || submit.disabled) return;
    submit.disabled = true;
    context.submit(Object.fromEntries(fields.map(({ customId, read }) => [customId, read()])), (error) => {
      submit.disabled = false;
      complaint.textContent = error ?? '';
      if (error === null && form.isConnected) dialog.close();
    });
  });
  dialog.setAttribute('aria-labelledby', 'modal-title');
  dialog.replaceChildren(form);
  dialog.onclose = context.closed;
  if (!dialog.open) dialog.showModal();
  form.querySelector<HTMLElement>('input, textarea, select')?.focus();
}

function renderPart(
  component: UiModal['components'][number],
  context: ModalContext,
  fields: FormField[],
): Child {
  const add = (field: FormField | null): Child => {
    if (field === null) return el('p', { class: 'failure' }, 'This page cannot upload files.');
    fields.push(field);
    return field.element;
  };
  switch (component.type) {
    case Kind.label: {
      const words = { label: component.label, description: component.description ?? '' };
      return add(createFormField(component.component, words, context));
    }
    case Kind.actionRow: {
      const input = component.components[0];
      if (input === undefined) return null;
      return add(createFormField(input, { label: input.label ?? '', description: '' }, context));
    }
    case Kind.textDisplay:
      return el('div', { class: 'text' }, renderMarkdown(component.content, context.names));
    default:
      return null;
  }
}
