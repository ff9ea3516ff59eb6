import {
  type APIActionRowComponent,
  type APISelectMenuOption,
  type APIStringSelectComponent,
  ComponentType,
} from 'discord.js';
import type { CardDetails } from '../../domain/card.ts';
import { type Mute, type MuteTarget, muteTargetName } from '../../domain/mute.ts';
import { isUntil, UNTIL_CHOICES, type Until } from '../../domain/until.ts';
import { buildCustomId } from '../custom-id.ts';
import { nearTime } from './time.ts';
import { clipLines, detectorName } from './words.ts';

/** How long, as it is read after "mute NVDA". */
export const UNTIL_WORDS: Readonly<Record<Until, string>> = {
  '15m': 'for 15 min',
  '1h': 'for 1 h',
  close: 'until the close',
  tomorrow: 'until tomorrow’s open',
};
const CONTENT_MAX = 2000;
/** What is muted most often comes first. */
const PANEL_ORDER = ['ticker', 'series', 'detector', 'card'] as const;

/** What is muted, in a trader's words. */
export function targetWords(target: MuteTarget): string {
  return target.scope === 'detector' ? `every ${detectorName(target.detectorId)}` : muteTargetName(target);
}

/** `NVDA 5m is muted for everybody until 10:35 ET (in an hour)`. */
export function muteSentence({ target, userId, until }: Mute): string {
  const whom = userId === null ? 'for everybody' : 'for you alone';
  return `**${targetWords(target)}** is muted ${whom} until ${nearTime(until)}`;
}

/** What is muted, with the numbers that end it. */
export function muteListView(mutes: readonly Mute[]): { readonly content: string } {
  if (mutes.length === 0) return { content: 'Nothing is muted.' };
  const lines = mutes.map((mute) => `\`#${mute.id}\` ${muteSentence(mute)}`);
  return { content: clipLines([...lines, 'End one with `/mute off` and its number.'], CONTENT_MAX) };
}

/** What a card can be muted by, each for how long: one menu for everybody, one for oneself. */
export function mutePanel(details: CardDetails): {
  readonly content: string;
  readonly components: APIActionRowComponent<APIStringSelectComponent>[];
} {
  const { id } = details.card;
  return {
    content:
      'For everybody: no cards. For you alone: no mentions. Signals are found and labelled all the same.',
    components: [
      menu(buildCustomId('mute:everyone', id), 'Mute for everybody …', details),
      menu(buildCustomId('mute:me', id), 'Mute for me alone …', details),
    ],
  };
}

/** What was chosen from a panel; null for a value that no panel offers. */
export function readMuteChoice(
  value: string,
  details: CardDetails,
): { readonly target: MuteTarget; readonly until: Until } | null {
  const [scope = '', until = ''] = value.split(':');
  const target = targetsOf(details).find((each) => each.scope === scope);
  return target === undefined || !isUntil(until) ? null : { target, until };
}

function menu(
  customId: string,
  placeholder: string,
  details: CardDetails,
): APIActionRowComponent<APIStringSelectComponent> {
  const options = targetsOf(details).flatMap((target) =>
    UNTIL_CHOICES.map(
      (until): APISelectMenuOption => ({
        label: `${target.scope === 'card' ? 'This card' : targetWords(target)} ${UNTIL_WORDS[until]}`,
        value: `${target.scope}:${until}`,
      }),
    ),
  );
  return {
    type: ComponentType.ActionRow,
    components: [{ type: ComponentType.StringSelect, custom_id: customId, placeholder, options }],
  };
}

/** One target for each scope: the detector is the headline's. */
function targetsOf({ card, signals }: CardDetails): MuteTarget[] {
  const { id: cardId, ticker, timeframe } = card;
  const detectorId = signals[0]?.detectorId ?? '';
  const targets: Readonly<Record<MuteTarget['scope'], MuteTarget>> = {
    ticker: { scope: 'ticker', ticker },
    series: { scope: 'series', ticker, timeframe },
    detector: { scope: 'detector', detectorId },
    card: { scope: 'card', cardId },
  };
  return PANEL_ORDER.map((scope) => targets[scope]);
}
