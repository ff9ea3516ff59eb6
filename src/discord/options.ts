import { SlashCommandStringOption } from 'discord.js';
import { suggestTickers } from '../app/watches/suggest-tickers.ts';
import { SIDES } from '../domain/signal.ts';
import { SIGNAL_TIMEFRAMES } from '../domain/timeframe.ts';
import type { AutocompleteContext, Choice } from './command.ts';

/** Discord's limit for a suggestion. */
const MAX_CHOICE = 100;

/** The option in which a person types a ticker; `autocompleteTicker` answers it. */
export function tickerOption(description: string): SlashCommandStringOption {
  return new SlashCommandStringOption().setName('ticker').setDescription(description).setAutocomplete(true);
}

/** The option in which a person picks a candle length. */
export function timeframeOption(description: string): SlashCommandStringOption {
  const choices = SIGNAL_TIMEFRAMES.map((timeframe) => ({ name: timeframe, value: timeframe }));
  return new SlashCommandStringOption()
    .setName('timeframe')
    .setDescription(description)
    .addChoices(...choices);
}

/** The option in which a person picks one side; left out, it means both. */
export function sideOption(description: string): SlashCommandStringOption {
  const choices = SIDES.map((side) => ({ name: `${side} only`, value: side }));
  return new SlashCommandStringOption()
    .setName('side')
    .setDescription(description)
    .addChoices(...choices);
}

/** Known tickers that begin with what was typed so far. */
export async function autocompleteTicker({ services, interaction }: AutocompleteContext): Promise<Choice[]> {
  const tickers = await suggestTickers(services, interaction.options.getFocused());
  return tickers.map((ticker) => ({ name: ticker, value: ticker }));
}

/** Completes the last of a list of tickers: each choice is the whole list with one more. */
export async function autocompleteTickers({ services, interaction }: AutocompleteContext): Promise<Choice[]> {
  const typed = interaction.options
    .getFocused()
    .toUpperCase()
    .split(/[\s,]+/);
  const chosen = typed.slice(0, -1).filter((word) => word !== '');
  const tickers = await suggestTickers(services, typed.at(-1) ?? '');
  return tickers
    .filter((ticker) => !chosen.includes(ticker))
    .map((ticker) => [...chosen, ticker].join(', '))
    .filter((list) => list.length <= MAX_CHOICE)
    .map((list) => ({ name: list, value: list }));
}
