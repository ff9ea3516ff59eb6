import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as buttons from '../../src/discord/buttons/all.ts';
import type { Button } from '../../src/discord/command.ts';
import type { Seen } from '../../src/sandbox/discord/interaction.ts';
import type { UiMessage } from '../../src/sandbox/discord/ui-protocol.ts';
import { withDatabase } from '../support/database.ts';
import { type RunningDesk, startRunningDesk } from '../support/running-desk.ts';

const database = withDatabase();
let desk: RunningDesk;
beforeAll(async () => {
  desk = await startRunningDesk(database.current);
});
afterAll(async () => {
  await desk.close();
  expect(desk.discord.violations.filter(({ what }) => what === 'request')).toEqual([]);
});

const alice = () => desk.discord.person('alice');

/** What alone a person sees, as an answer to what he sent. */
function told(seen: Seen): UiMessage {
  if (seen.kind === 'message' || seen.kind === 'update') return seen.message;
  throw new Error(`saw ${JSON.stringify(seen)}`);
}

/** The texts that stand in the fields of an open form, and the name under which it is sent. */
function opened(seen: Seen) {
  if (seen.kind !== 'modal') throw new Error(`saw ${JSON.stringify(seen)}`);
  const parts = seen.modal.components as { component?: { custom_id?: string; value?: string } }[];
  const values = parts.flatMap(({ component }) =>
    component?.custom_id === undefined ? [] : [[component.custom_id, component.value ?? '']],
  );
  return { name: seen.modal.customId.replace(/:\d+$/, ''), values: Object.fromEntries(values) };
}

const ENTRY = { kind: 'filled', qty: 'ten', price: '100.50', fee: '', stop: '99.20' };

/** Opens each form there is, by the name of the button that takes it; and what to send that it must refuse. */
const FORMS: Readonly<
  Record<string, { readonly open: () => Promise<Seen>; readonly wrong: Record<string, string> }>
> = {
  'card:enter': { open: async () => alice().click(await desk.postCard(), 'Enter'), wrong: ENTRY },
  'entry:fix': {
    open: async () => {
      await alice().click(await desk.postCard(), 'Enter');
      return alice().click(told(await alice().submitModal(ENTRY)), 'Fix it');
    },
    wrong: { ...ENTRY, qty: 'eleven' },
  },
  'order:filled': {
    open: async () => {
      await alice().click(await desk.postCard(), 'Enter');
      const kept = { ...ENTRY, kind: 'working', qty: '10' };
      await alice().submitModal(kept);
      const list = told(await alice().command('orders'));
      return alice().click(list, 'Filled: 10 NVDA');
    },
    wrong: { qty: 'ten', price: '100.05', fee: '' },
  },
  'journal:form': {
    open: () => alice().command('journal', { ticker: 'MSFT', side: 'long', qty: '10' }, 'enter'),
    wrong: { qty: 'ten', price: '400', stop: '', fee: '', time: '' },
  },
  'position:stop-form': {
    open: async () => {
      const fill = { ticker: 'AMD', side: 'long', qty: '10', price: '150', stop: '149' };
      await alice().command('journal', fill, 'enter');
      return alice().click(told(await alice().command('positions')), 'Move stop');
    },
    wrong: { stop: 'a bit lower' },
  },
  'journal:columns': {
    open: async () => {
      const file = { name: 'mine.csv', text: 'Wann,Was\n2026-06-10 10:00,CRM\n' };
      return alice().click(told(await alice().command('journal', { file }, 'import')), 'Change columns');
    },
    wrong: { columns: 'time = Wenn' },
  },
};

describe('every form', () => {
  it('is tried here', () => {
    const all: readonly Button[] = Object.values(buttons);
    const takesForms = all.filter(({ submit }) => submit !== undefined).map(({ name }) => name);

    expect(takesForms.toSorted()).toEqual(Object.keys(FORMS).toSorted());
  });

  it.each(Object.entries(FORMS))('%s keeps what was typed and offers Fix it', async (name, form) => {
    const first = opened(await form.open());
    const refused = told(await alice().submitModal(form.wrong));
    const again = opened(await alice().click(refused, 'Fix it'));

    expect(first.name).toBe(name);
    expect(refused.ephemeralFor, 'for the person alone').toBeDefined();
    expect(refused.content).toMatch(/\nNothing was written; what you typed is kept\.$/);
    const typed = Object.fromEntries(Object.entries(form.wrong).filter(([field]) => field !== 'kind'));
    expect(again.values).toMatchObject(typed);
  });
});
