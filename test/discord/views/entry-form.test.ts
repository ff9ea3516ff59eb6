import { Decimal } from 'decimal.js';
import { type APILabelComponent, type APITextInputComponent, ComponentType } from 'discord.js';
import { describe, expect, it } from 'vitest';
import type { EntryForm } from '../../../src/app/decisions/open-entry-form.ts';
import { entryForm, type FormOptions, filledForm } from '../../../src/discord/views/entry-form.ts';
import { entryReceipt, workingOrdersView } from '../../../src/discord/views/entry-receipt.ts';
import { mendView } from '../../../src/discord/views/receipt-view.ts';
import { aCard, someDetails } from '../../support/cards.ts';
import { FIRED_AT } from '../../support/signals.ts';

const WORKING = {
  id: 7,
  cardId: 123,
  traderId: '31',
  ticker: 'NVDA',
  timeframe: '5m',
  side: 'long',
  qty: new Decimal(100),
  qtyOpen: new Decimal(60),
  limitPrice: new Decimal('187.42'),
  stopPrice: new Decimal('185.1'),
  submittedAt: FIRED_AT,
} as const;

function formOf(overrides: Partial<EntryForm> = {}, options: Partial<FormOptions> = {}) {
  return read(
    entryForm(
      {
        expiry: null,
        details: someDetails(),
        suggestedPrice: '100.12',
        lastPrice: 100.12,
        lastPriceAgeMs: 30_000,
        size: null,
        dayLoss: null,
        ...overrides,
      },
      { customId: 'card:enter:123', draft: null, ...options },
    ),
  );
}

/** The form, its text inputs by custom id, and what it asks as a choice. */
function read(modal: ReturnType<typeof entryForm>) {
  const form = modal.toJSON();
  const labels = form.components.filter(
    (part): part is APILabelComponent => part.type === ComponentType.Label,
  );
  const inputs = labels.flatMap(({ component, label, description }) =>
    component.type === ComponentType.TextInput
      ? [{ label, description, ...(component as APITextInputComponent) }]
      : [],
  );
  const choice = labels.find(({ component }) => component.type === ComponentType.RadioGroup)?.component;
  return { form, inputs, choice, input: (id: string) => inputs.find(({ custom_id }) => custom_id === id) };
}

describe('entryForm', () => {
  it('belongs to its card and says what is entered', () => {
    const { form } = formOf();

    expect(form.custom_id).toBe('card:enter:123');
    expect(form.title).toBe('Enter NVDA 5m long');
  });

  it('asks whether it is filled, for quantity and price, and offers fee and stop', () => {
    const { inputs, choice } = formOf();

    expect(choice).toMatchObject({
      options: [
        { value: 'filled', default: true },
        { value: 'working', default: false },
      ],
    });
    expect(inputs.map(({ custom_id, required, value }) => [custom_id, required, value])).toEqual([
      ['qty', true, undefined],
      ['price', true, '100.12'],
      ['fee', false, undefined],
      ['stop', false, '99.00'],
    ]);
  });

  it('tells how old the last price is, and leaves the price empty when there is no fresh one', () => {
    const stale = formOf({ suggestedPrice: null, lastPrice: 187.42, lastPriceAgeMs: 240_000 }).input('price');
    const none = formOf({ suggestedPrice: null, lastPrice: null, lastPriceAgeMs: null }).input('price');

    expect(stale?.value).toBeUndefined();
    expect(stale?.description).toBe('USD a share, or your limit; last 187.42, 4 min ago');
    expect(none?.description).toBe('USD a share, or your limit; no price is stored yet');
  });

  it('fills in the quantity that the risk allows, and says from what', () => {
    const size = { shares: new Decimal(43), riskUsd: new Decimal(100), entry: 101.3 };
    const qty = formOf({ size }).input('qty');

    expect(qty?.value).toBe('43');
    expect(qty?.description).toBe('Shares for your risk of 100.00 USD between 101.30 and stop 99.00');
  });

  it('leaves the quantity empty when one share risks too much', () => {
    const size = { shares: new Decimal(0), riskUsd: new Decimal(1), entry: 101.3 };
    const qty = formOf({ size }).input('qty');

    expect(qty?.value).toBeUndefined();
    expect(qty?.description).toContain('One share risks more');
  });

  it('warns of a day beyond its limit and still lets the person go on', () => {
    const dayLoss = { lostUsd: new Decimal(320), atWorstUsd: new Decimal(320), limitUsd: new Decimal(300) };
    const qty = formOf({ dayLoss }).input('qty');

    expect(qty?.description).toBe('⚠️ Down 320.00 USD today: your limit is 300.00');
  });

  it('opens a draft as it was typed, wrong as it is', () => {
    const draft = { kind: 'working', qty: 'many', price: '', fee: '1', stop: '' };
    const { inputs, choice } = formOf({}, { draft });

    expect(inputs.map(({ value }) => value)).toEqual(['many', undefined, '1', undefined]);
    expect(choice).toMatchObject({ options: [{ default: false }, { default: true }] });
  });

  it('takes only fills for an expired card, within Discord’s five parts', () => {
    const { form, choice } = formOf({ expiry: { at: FIRED_AT, by: 'stop' } });

    expect(choice).toBeUndefined();
    expect(form.title).toBe('Late fill NVDA 5m long');
    expect(form.components).toHaveLength(5);
  });

  it('fits Discord’s 45 and 100 characters with the longest words', () => {
    const million = new Decimal('10000000');
    const { form, inputs } = formOf({
      details: someDetails({ card: aCard({ ticker: '^ABCDEFGHIJ.WXYZ', side: 'short' }) }),
      size: { shares: million, riskUsd: million, entry: 123_456.78 },
    });

    expect(form.title.length).toBeLessThanOrEqual(45);
    expect(
      inputs.every(({ description }) => (description?.length ?? 0) <= 100 && !description?.endsWith('…')),
    ).toBe(true);
  });
});

describe('filledForm', () => {
  it('offers what still waits at the limit', () => {
    const { form, inputs } = read(filledForm(WORKING, { customId: 'order:filled:7', draft: null }));

    expect(form.title).toBe('Filled NVDA 5m long');
    expect(inputs.map(({ custom_id, value }) => [custom_id, value])).toEqual([
      ['qty', '60'],
      ['price', '187.42'],
      ['fee', undefined],
    ]);
  });
});

describe('receipts', () => {
  const entered = {
    result: { outcome: 'written', details: someDetails() },
    orderId: 7,
    entry: {
      kind: 'filled',
      qty: new Decimal(100),
      price: new Decimal('100.12'),
      feeUsd: new Decimal(0),
      stopPrice: new Decimal(99),
    },
    dayLoss: null,
  } as const;

  it('repeat what was journalled', () => {
    expect(entryReceipt(entered).content).toBe(
      'Bought 100 NVDA at 100.12, no fee, stop 99.00. Journalled as order 7; only you see this.',
    );
  });

  it('of a working order say that nothing is journalled, and carry its buttons', () => {
    const { content, components } = entryReceipt({
      ...entered,
      entry: { ...entered.entry, kind: 'working' },
    });

    expect(content).toContain('Working: buy 100 NVDA at 100.12, stop 99.00 (order 7). Nothing is journalled');
    expect(components[0]?.components.map(({ custom_id }) => custom_id)).toEqual([
      'order:filled:7',
      'order:cancel:7',
    ]);
  });

  it('warn of a day beyond its limit', () => {
    const dayLoss = { lostUsd: new Decimal(320), atWorstUsd: new Decimal(420), limitUsd: new Decimal(400) };

    expect(entryReceipt({ ...entered, dayLoss }).content).toContain(
      '⚠️ You are down 320.00 USD today. Stopped out here, that makes 420.00 USD, beyond your daily limit of 400.00 USD.',
    );
  });

  it('of a refused form offer to mend it', () => {
    expect(
      mendView('The price "x" is not a number.', { name: 'entry:fix', id: 9 }).components[0]?.components,
    ).toMatchObject([{ label: 'Fix it', custom_id: 'entry:fix:9' }]);
  });

  it('list working orders, with buttons for as many as Discord lets stand', () => {
    const many = Array.from({ length: 7 }, (_, index) => ({ ...WORKING, id: index + 1 }));
    const { content, components } = workingOrdersView(many);

    expect(content.split('\n')[0]).toBe('⏳ `1` buy 60 NVDA at 187.42, stop 185.10');
    expect(components).toHaveLength(5);
    expect(workingOrdersView([]).content).toBe('You have no working order.');
  });
});
