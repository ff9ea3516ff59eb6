import {
  LabelBuilder,
  ModalBuilder,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import type { FormTexts, JournalForm } from '../../app/journal/journal-form.ts';
import type { PricedCandle } from '../../app/journal/position-price.ts';
import { EXIT_TAGS } from '../../domain/ledger/fill.ts';
import { buildCustomId } from '../custom-id.ts';
import { clip, duration, price } from './words.ts';

const MAX_TITLE = 45;
const MAX_DESCRIPTION = 100;
const MAX_INPUT = 32;

/** What a form says around its fields. */
export interface FormWords {
  readonly title: string;
  /** Under the quantity: `Shares you bought`. */
  readonly qtyHint: string;
  /** Newest stored price; null when nothing is stored. */
  readonly last: PricedCandle | null;
  readonly now: number;
  /** An exit asks for its tag, an entry for its stop. */
  readonly asks: 'stop' | 'tag';
}

/** A form of the journal, filled in as far as its draft is. */
export function journalFormView(draftId: number, form: JournalForm, words: FormWords): ModalBuilder {
  const { texts } = form;
  const isEdit = form.action === 'edit';
  return new ModalBuilder()
    .setCustomId(buildCustomId('journal:form', draftId))
    .setTitle(clip(words.title, MAX_TITLE))
    .addLabelComponents(
      textLabel({ id: 'qty', label: 'Quantity', hint: words.qtyHint, value: texts.qty }),
      textLabel({ id: 'price', label: 'Price', hint: priceHint(words), value: texts.price }),
      words.asks === 'tag'
        ? tagLabel(texts)
        : textLabel({
            id: 'stop',
            label: 'Stop',
            hint: 'Your first stop, USD a share; R is measured from it; empty means none',
            value: texts.stop,
            optional: true,
          }),
      textLabel({
        id: 'fee',
        label: 'Fee',
        hint: 'USD for the whole fill; empty means none',
        value: texts.fee,
        optional: true,
      }),
      textLabel({
        id: 'time',
        label: 'Time',
        hint: isEdit
          ? 'New York, such as 2026-06-10 10:35'
          : 'New York: 10:35 today, or 2026-06-10 10:35; empty means now',
        value: texts.time,
        optional: !isEdit,
      }),
    );
}

/** The form behind Move stop. */
export function stopFormView(input: {
  readonly draftId: number;
  readonly title: string;
  readonly stop: string;
  readonly hint: string;
}): ModalBuilder {
  return new ModalBuilder()
    .setCustomId(buildCustomId('position:stop-form', input.draftId))
    .setTitle(clip(input.title, MAX_TITLE))
    .addLabelComponents(textLabel({ id: 'stop', label: 'New stop', hint: input.hint, value: input.stop }));
}

interface TextField {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly optional?: boolean;
}

function textLabel({ id, label, hint, value, optional = false }: TextField): LabelBuilder {
  const input = new TextInputBuilder()
    .setCustomId(id)
    .setStyle(TextInputStyle.Short)
    .setMaxLength(MAX_INPUT)
    .setRequired(!optional);
  if (value !== '') input.setValue(clip(value, MAX_INPUT));
  return new LabelBuilder()
    .setLabel(label)
    .setDescription(clip(hint, MAX_DESCRIPTION))
    .setTextInputComponent(input);
}

function tagLabel({ tag }: FormTexts): LabelBuilder {
  const chosen = tag === '' ? 'EXIT' : tag;
  const menu = new StringSelectMenuBuilder()
    .setCustomId('tag')
    .addOptions(EXIT_TAGS.map((each) => ({ label: each, value: each, default: each === chosen })));
  return new LabelBuilder()
    .setLabel('Tag')
    .setDescription('Why you got out')
    .setStringSelectMenuComponent(menu);
}

function priceHint({ last, now }: FormWords): string {
  if (last === null) return 'USD a share; no price is stored yet';
  return `USD a share; last ${price(last.candle.close)}, ${duration(now - last.closedAt)} old`;
}
