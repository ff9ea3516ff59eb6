import { SlashCommandStringOption } from 'discord.js';
import { listSignals } from '../app/cards/list-signals.ts';
import { OraError } from '../domain/errors.ts';
import { newYorkClock, newYorkDate } from '../domain/new-york-time.ts';
import type { Signal } from '../domain/signal.ts';
import type { AutocompleteContext, Choice } from './command.ts';
import { clip, detectorName, price } from './views/words.ts';

/** Newest signals that are looked through for what was typed. */
const NEWEST = 100;
/** Discord's limit for a suggestion. */
const MAX_CHOICE = 100;

/** The option in which a person picks a signal of the chosen ticker; `autocompleteSignal` answers it. */
export function signalOption(description: string): SlashCommandStringOption {
  return new SlashCommandStringOption().setName('signal').setDescription(description).setAutocomplete(true);
}

/** The newest signals of the ticker and timeframe chosen so far of which the words hold what was typed. */
export async function autocompleteSignal({ services, interaction }: AutocompleteContext): Promise<Choice[]> {
  const { options } = interaction;
  const [ticker, timeframe] = ['ticker', 'timeframe'].map((name) => options.getString(name));
  const typed = options.getFocused().toLowerCase();
  try {
    const found = await listSignals(services, {
      ...(ticker && { ticker }),
      ...(timeframe && { timeframe }),
      limit: NEWEST,
    });
    return found
      .map((signal) => ({ name: signalWords(signal), value: String(signal.id) }))
      .filter(({ name }) => name.toLowerCase().includes(typed));
  } catch (error) {
    // A ticker that is not typed to its end is none yet.
    if (error instanceof OraError && error.code === 'bad_input') return [];
    throw error;
  }
}

/** `2026-06-10 10:35 long NVDA 5m at 187.42, breakout`. */
function signalWords({ ticker, timeframe, firedAt, side, priceAtSignal, detectorId }: Signal): string {
  const when = `${newYorkDate(firedAt)} ${newYorkClock(firedAt)}`;
  const what = `${side} ${ticker} ${timeframe} at ${price(priceAtSignal)}`;
  return clip(`${when} ${what}, ${detectorName(detectorId)}`, MAX_CHOICE);
}
