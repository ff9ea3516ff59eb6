import { SlashCommandStringOption } from 'discord.js';
import type { FormTexts } from '../../src/app/journal/journal-form.ts';
import type { AutocompleteContext, Choice, CommandContext } from '../../src/discord/command.ts';
import { fillWords } from '../../src/discord/views/fill-words.ts';
import { exactPrice, shares } from '../../src/discord/views/money.ts';
import { withSign } from '../../src/discord/views/signed.ts';
import { OraError } from '../../src/domain/errors.ts';
import { fillTime } from '../../src/domain/fill-time.ts';
import { EXIT_TAGS } from '../../src/domain/ledger/fill.ts';

const MAX_CHOICES = 25;
const MAX_NAME = 100;

function textOption(name: string, description: string): SlashCommandStringOption {
  return new SlashCommandStringOption().setName(name).setDescription(description).setMaxLength(32);
}

/** Numbers are text, so that every digit arrives as it was typed. */
export const qtyOption = () => textOption('qty', 'Shares; leave it out for a form');
export const priceOption = () => textOption('price', 'USD a share; leave it out for a form');
export const feeOption = () => textOption('fee', 'USD for the whole fill');
export const stopOption = () => textOption('stop', 'Your first stop, USD a share');
export const timeOption = () =>
  textOption('time', 'New York: 10:35 today, or 2026-06-10 10:35; now if left out');
export const tagOption = () =>
  new SlashCommandStringOption()
    .setName('tag')
    .setDescription('Why you got out')
    .addChoices(...EXIT_TAGS.map((tag) => ({ name: tag, value: tag })));

/** What was typed, as the form would have it. */
export function textsOf({ options }: CommandContext['interaction']): FormTexts {
  const text = (name: string) => options.getString(name) ?? '';
  return {
    qty: text('qty'),
    price: text('price'),
    fee: text('fee'),
    stop: text('stop'),
    tag: text('tag'),
    time: text('time'),
  };
}

/** Tickers in which the person holds something. */
export async function suggestOpenTickers({ services, interaction }: AutocompleteContext): Promise<Choice[]> {
  await services.stores.journal.refresh();
  const fills = await services.stores.journal.fills({ traderId: interaction.user.id, open: true });
  const typed = interaction.options.getFocused().toUpperCase();
  const tickers = [...new Set(fills.map(({ ticker }) => ticker))].filter((each) => each.startsWith(typed));
  return tickers.map((ticker) => ({ name: ticker, value: ticker }));
}

/** The person's newest fills that count. */
export async function suggestFills({ services, interaction }: AutocompleteContext): Promise<Choice[]> {
  const typed = interaction.options.getFocused().toUpperCase();
  const fills = await services.stores.journal.fills({ traderId: interaction.user.id });
  return fills
    .filter(({ voidedAt, id, ticker }) => voidedAt === null && `#${id} ${id} ${ticker}`.includes(typed))
    .toSorted((a, b) => b.id - a.id)
    .slice(0, MAX_CHOICES)
    .map((fill) => ({
      name: `#${fill.id} ${fillWords(fill)} · ${fillTime(fill.at)}`.slice(0, MAX_NAME),
      value: String(fill.id),
    }));
}

/** The person's newest positions. */
export async function suggestPositions({ services, interaction }: AutocompleteContext): Promise<Choice[]> {
  const { journal } = services.stores;
  await journal.refresh();
  const found = await journal.recentPositions(
    interaction.user.id,
    interaction.options.getFocused(),
    MAX_CHOICES,
  );
  return found.map(({ positionId, ticker, side, qtyEntered, openedAt, closedAt, realised }) => {
    const state =
      closedAt === null
        ? 'open'
        : withSign(exactPrice(realised.abs().toDecimalPlaces(2)), realised.isNegative());
    return {
      name: `${ticker} ${side} ${shares(qtyEntered)} · ${fillTime(openedAt)} · ${state}`.slice(0, MAX_NAME),
      value: String(positionId),
    };
  });
}

/** A number that autocomplete filled in or a person typed: `12`, `#12`. @throws OraError `bad_input` for anything else. */
export function readId(text: string): number {
  const [, digits] = /^#?(\d{1,15})$/.exec(text.trim()) ?? [];
  if (digits === undefined)
    throw new OraError(
      'bad_input',
      `"${text.trim().slice(0, 24)}" is not a number of yours. Pick one of the list that opens as you type, or write it like 12.`,
    );
  return Number(digits);
}
