import {
  LabelBuilder,
  ModalBuilder,
  RadioGroupBuilder,
  TextDisplayBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import type { EntryForm } from '../../app/decisions/open-entry-form.ts';
import type { WorkingOrder } from '../../app/ports.ts';
import type { Expiry } from '../../domain/card-life.ts';
import type { EntryText } from '../../domain/entry.ts';
import type { FillText } from '../../domain/journal.ts';
import { expiryWords } from './card-state.ts';
import { dollars, exactPrice, shares } from './money.ts';
import { clockTime } from './time.ts';
import { clip, duration, price } from './words.ts';

/** A form that is opened: what answers it, and what a refused one held, which is filled in again. */
export interface FormOptions {
  readonly customId: string;
  readonly draft: EntryText | null;
}

interface Field {
  /** Custom id of the input. */
  readonly id: keyof FillText;
  readonly label: string;
  readonly description: string;
  readonly required: boolean;
  /** Filled in beforehand; null leaves it empty. */
  readonly value: string | null;
}

/** Longest number a person may type. */
const MAX_INPUT = 24;
/** Discord's limits for a form's title and for the words under a label. */
const MAX_TITLE = 45;
const MAX_DESCRIPTION = 100;

/** The form behind Enter. An expired card takes fills alone, and says so where others ask whether it is filled. */
export function entryForm(form: EntryForm, { customId, draft }: FormOptions): ModalBuilder {
  const { card } = form.details;
  const verb = form.expiry === null ? 'Enter' : 'Late fill';
  const modal = new ModalBuilder()
    .setCustomId(customId)
    .setTitle(clip(`${verb} ${card.ticker} ${card.timeframe} ${card.side}`, MAX_TITLE));
  if (form.expiry === null) modal.addLabelComponents(kindField(draft?.kind ?? 'filled'));
  else modal.addTextDisplayComponents(warning(form.expiry));
  return modal.addLabelComponents(...entryFields(form).map((field) => labelled(field, draft)));
}

/** The form behind Filled: what came of a working order. */
export function filledForm(order: WorkingOrder, { customId, draft }: FormOptions): ModalBuilder {
  const { ticker, timeframe, side, qtyOpen, limitPrice } = order;
  const fields: readonly Field[] = [
    {
      id: 'qty',
      label: 'Quantity',
      description: `Shares filled, at most ${shares(qtyOpen)}`,
      required: true,
      value: qtyOpen.toFixed(),
    },
    {
      id: 'price',
      label: 'Price',
      description: `USD a share; your limit was ${exactPrice(limitPrice)}`,
      required: true,
      value: exactPrice(limitPrice),
    },
    FEE,
  ];
  return new ModalBuilder()
    .setCustomId(customId)
    .setTitle(clip(`Filled ${ticker} ${timeframe} ${side}`, MAX_TITLE))
    .addLabelComponents(...fields.map((field) => labelled(field, draft)));
}

const FEE: Field = {
  id: 'fee',
  label: 'Fee',
  description: 'USD for the whole fill; empty means none',
  required: false,
  value: null,
};

function entryFields(form: EntryForm): readonly Field[] {
  const { details, size, suggestedPrice } = form;
  return [
    {
      id: 'qty',
      label: 'Quantity',
      description: quantityWords(form),
      required: true,
      value: size === null || size.shares.isZero() ? null : size.shares.toFixed(),
    },
    {
      id: 'price',
      label: 'Price',
      description: `USD a share, or your limit; ${lastWords(form)}`,
      required: true,
      value: suggestedPrice,
    },
    FEE,
    {
      id: 'stop',
      label: 'Stop',
      description: 'Your first stop, USD a share; empty means none',
      required: false,
      value: price(details.levels.stop),
    },
  ];
}

/** `last 187.42, 4 min ago`. */
function lastWords({ lastPrice, lastPriceAgeMs }: EntryForm): string {
  if (lastPrice === null || lastPriceAgeMs === null) return 'no price is stored yet';
  return `last ${price(lastPrice)}, ${duration(lastPriceAgeMs)} ago`;
}

/** What the quantity was computed from, or what speaks against trading at all; never longer than Discord allows. */
function quantityWords({ details, dayLoss, size }: EntryForm): string {
  if (dayLoss !== null) {
    const { lostUsd, limitUsd } = dayLoss;
    return `⚠️ Down ${dollars(lostUsd)} USD today: your limit is ${dollars(limitUsd)}`;
  }
  if (size === null) return `Shares you ${details.card.side === 'long' ? 'bought' : 'sold short'}`;
  const risk = `${dollars(size.riskUsd)} USD`;
  const stop = `${price(size.entry)} and stop ${price(details.levels.stop)}`;
  return size.shares.isZero()
    ? `One share risks more than your ${risk} between ${stop}`
    : `Shares for your risk of ${risk} between ${stop}`;
}

function kindField(chosen: string): LabelBuilder {
  const options = [
    { label: 'Filled', value: 'filled', description: 'You have the shares' },
    { label: 'Working limit', value: 'working', description: 'It waits at your broker; tap Filled later' },
  ];
  const group = new RadioGroupBuilder()
    .setCustomId('kind')
    .setRequired(true)
    .addOptions(...options.map((option) => ({ ...option, default: option.value === chosen })));
  return new LabelBuilder().setLabel('Order').setRadioGroupComponent(group);
}

/** Said above the fields of a card whose moment has passed. */
function warning({ at, by }: Expiry): TextDisplayBuilder {
  return new TextDisplayBuilder().setContent(
    `⚠️ This card expired ${clockTime(at)}: ${expiryWords(by)}. Log only a fill that you already have.`,
  );
}

function labelled({ id, label, description, required, value }: Field, draft: EntryText | null): LabelBuilder {
  const shown = draft === null ? value : draft[id];
  const input = new TextInputBuilder()
    .setCustomId(id)
    .setStyle(TextInputStyle.Short)
    .setMaxLength(MAX_INPUT)
    .setRequired(required);
  if (shown !== null && shown !== '') input.setValue(clip(shown, MAX_INPUT));
  return new LabelBuilder()
    .setLabel(label)
    .setDescription(clip(description, MAX_DESCRIPTION))
    .setTextInputComponent(input);
}
