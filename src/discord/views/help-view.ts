import {
  type APIApplicationCommandOption,
  type APIApplicationCommandSubcommandOption,
  type APIEmbed,
  ApplicationCommandOptionType,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js';
import { clipLines } from './words.ts';

/** What a person may do here, which decides what their first day looks like. */
export interface HelpFor {
  readonly mayTrade: boolean;
  readonly maySetUp: boolean;
  /** Where cards come. */
  readonly alertChannelId: string;
}

const DESCRIPTION_MAX = 4096;

const SET_UP = [
  '**Setting the desk up**',
  '1. `/setup`: choose the trader and administrator roles and the channels.',
  '2. Post a test card there. It also checks the bot’s permissions.',
  '3. Give your traders their role. `/help` then shows them how to begin.',
];

const FIRST_DAY = [
  '**Your first day**',
  '1. `/watch add` a ticker and a candle length, such as NVDA 5m. Cards come after each close.',
  '2. `/notify` to be mentioned by name; other cards stay silent.',
  '3. `/risk set` what you lose at a stop: **Enter** then fills in your quantity.',
  '4. Under a card: **Enter** opens a form and journals your fill, or keeps your working limit. **Ignore** takes one more tap to say why. **Watch** tells you when a target or the stop is touched. **Snooze** brings the card back. **Mute** ends what is too much.',
  '5. Before the open and after the close a digest sums up. `/why` tells why there was a signal, or none.',
];

const VISITOR = [
  '**Looking on**',
  'You can read everything here. To tap the buttons you need the trader role: ask an administrator.',
];

/** Every command this person may use, and last, where a phone shows it at once, the first day step by step. */
export function helpView(
  commands: readonly RESTPostAPIChatInputApplicationCommandsJSONBody[],
  { mayTrade, maySetUp, alertChannelId }: HelpFor,
): { readonly embeds: APIEmbed[] } {
  const steps = [
    `Cards come in <#${alertChannelId}>.`,
    ...(maySetUp ? SET_UP : []),
    ...(mayTrade ? FIRST_DAY : maySetUp ? [] : VISITOR),
  ].join('\n');
  const lines = commands.toSorted((a, b) => placeOf(a) - placeOf(b)).flatMap(commandLines);
  return {
    embeds: [
      { title: 'What you can do here', description: clipLines(lines, DESCRIPTION_MAX) },
      { title: 'Begin here', description: steps },
    ],
  };
}

/** What is needed first comes first; a command that is not named here comes last. */
const ORDER =
  'watch notify mute risk orders positions journal signals chart why stats status help setup audit';

function placeOf({ name }: RESTPostAPIChatInputApplicationCommandsJSONBody): number {
  const place = ORDER.split(' ').indexOf(name);
  return place < 0 ? ORDER.length : place;
}

function commandLines(command: RESTPostAPIChatInputApplicationCommandsJSONBody): string[] {
  const subcommands = (command.options ?? []).filter(isSubcommand);
  if (subcommands.length === 0) return [`\`/${command.name}\` ${command.description}`];
  return subcommands.map(({ name, description }) => `\`/${command.name} ${name}\` ${description}`);
}

function isSubcommand(option: APIApplicationCommandOption): option is APIApplicationCommandSubcommandOption {
  return option.type === ApplicationCommandOptionType.Subcommand;
}
