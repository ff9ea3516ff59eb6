import type { APIEmbed } from 'discord.js';
import type { Watch } from '../../app/ports.ts';
import { candleEnd } from '../../domain/calendar.ts';
import { SIDES } from '../../domain/signal.ts';
import type { WatchParams } from '../../domain/watch.ts';
import { discordTime } from './time.ts';
import { clipLines, detectorName, listed } from './words.ts';

/** Leaves room below for the channel. */
const LIST_MAX = 4000;

type AddOutcome = 'created' | 'resumed' | 'joined' | 'changed' | 'unchanged';

const ADDED: Readonly<Record<AddOutcome, string>> = {
  created: 'The desk now watches',
  resumed: 'The desk watches again',
  joined: 'You joined the watch of',
  changed: 'Changed for everybody who follows it:',
  unchanged: 'You already watch',
};

/** One sentence after `/watch add`, and what the watch really does. */
export function watchAddedView(watch: Watch, outcome: AddOutcome): { readonly content: string } {
  const kept = outcome === 'joined' || outcome === 'unchanged' ? ' It keeps the settings it has.' : '';
  return { content: `${ADDED[outcome]} **${watch.ticker} ${watch.timeframe}**.${kept}\n${settings(watch)}` };
}

/** One sentence after `/watch remove`. */
export function watchRemovedView(
  { ticker, timeframe }: { readonly ticker: string; readonly timeframe: string },
  outcome: 'left' | 'stopped',
): { readonly content: string } {
  const rest =
    outcome === 'stopped'
      ? 'Nobody else watches it, so the desk stops scanning it. Its history stays.'
      : 'Others still watch it, so the desk goes on scanning it.';
  return { content: `You no longer watch **${ticker} ${timeframe}**. ${rest}` };
}

/** What one person watches: of each only what differs from what a watch usually does. */
export function watchListView(watches: readonly Watch[]): { readonly embeds: APIEmbed[] } {
  const description =
    watches.length === 0 ? 'You watch nothing yet. Start with `/watch add`.' : watchLines(watches).join('\n');
  return { embeds: [{ title: 'Your watches', description }] };
}

/** The channel is said once, below, unless there are several. */
function watchLines(watches: readonly Watch[]): string[] {
  const [channel, ...others] = new Set(watches.map(({ channelId }) => channelId));
  const lines = watches.map((watch) => {
    const where = others.length === 0 ? [] : [cardsIn(watch.channelId)];
    const name = `**${watch.ticker} ${watch.timeframe}**`;
    return [name, scannedWords(watch), ...chosenWords(watch.params), ...where].join(' · ');
  });
  return [clipLines(lines, LIST_MAX), ...(others.length === 0 ? ['', `Cards go to <#${channel}>.`] : [])];
}

/** A candle is known by its close: what opened at 15:55 is that of 16:00. */
function scannedWords({ lastScannedTs, timeframe }: Watch): string {
  if (lastScannedTs === null) return 'not scanned yet';
  return `last candle ${discordTime(candleEnd(lastScannedTs, timeframe), 'R')}`;
}

function settings({ params, channelId }: Watch): string {
  return [
    ...(params.sides.length === SIDES.length ? ['long and short'] : []),
    ...(params.detectors.length === 0 ? ['all detectors'] : []),
    ...chosenWords(params),
    cardsIn(channelId),
  ].join(' · ');
}

/** Where somebody chose less than everything. */
function chosenWords({ detectors, sides, minScore }: WatchParams): string[] {
  return [
    ...(sides.length === SIDES.length ? [] : [`${listed(sides)} only`]),
    ...(detectors.length === 0 ? [] : [listed(detectors.map(detectorName))]),
    ...(minScore > 0 ? [`score from ${minScore}`] : []),
  ];
}

function cardsIn(channelId: string): string {
  return `cards in <#${channelId}>`;
}
