import { SlashCommandStringOption } from 'discord.js';
import { listDetectors } from '../app/scan/known-detectors.ts';
import type { KnownDetector } from '../domain/detectors/known-detector.ts';
import type { AutocompleteContext, Choice } from './command.ts';
import { detectorWords } from './views/detector-words.ts';

/** Discord's limit for both parts of a suggestion. */
const MAX_CHOICE = 100;

/** The option in which a person picks one detector; `autocompleteDetector` answers it. */
export function detectorOption(description: string): SlashCommandStringOption {
  return new SlashCommandStringOption().setName('detector').setDescription(description).setAutocomplete(true);
}

/** Detectors of which the id or the name holds what was typed so far: rules, models, those of other programs. */
export async function autocompleteDetector({
  services,
  interaction,
}: AutocompleteContext): Promise<readonly Choice[]> {
  const typed = interaction.options.getFocused();
  const found = (await listDetectors(services)).filter((detector) => isMeant(detector, typed));
  return found.map((detector) => ({ name: detectorWords(detector), value: detector.id }));
}

/** Completes the last of a list: each choice is the whole list with one more detector that still sees candles. */
export async function autocompleteDetectors({
  services,
  interaction,
}: AutocompleteContext): Promise<readonly Choice[]> {
  const inUse = (await listDetectors(services)).filter(({ state }) => state !== 'retired');
  const isId = (word: string) => inUse.some(({ id }) => id === word);
  const typed = splitList(interaction.options.getFocused());
  const chosen = typed.filter(isId);
  const started = typed.find((word) => !isId(word)) ?? '';
  return inUse
    .filter((detector) => !chosen.includes(detector.id) && isMeant(detector, started))
    .map((detector) => ({
      name: [...chosen, detectorWords(detector)].join(', '),
      value: [...chosen, detector.id].join(', '),
    }))
    .filter(({ value }) => value.length <= MAX_CHOICE)
    .map(({ name, value }) => ({ name: name.length <= MAX_CHOICE ? name : value, value }));
}

/** The words of a list that a person typed. */
export function splitList(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}

function isMeant(detector: KnownDetector, typed: string): boolean {
  const sought = typed.trim().toLowerCase();
  return [detector.id, detectorWords(detector)].some((words) => words.toLowerCase().includes(sought));
}
