import type { APIEmbed } from 'discord.js';
import type { OpenPosition, OpenPositions } from '../../app/journal/position-list.ts';
import { type ButtonRow, buttonRow, pageOf, pagerRows } from './buttons-row.ts';
import { exactPrice, multipleOfR, shares, signedUsd } from './money.ts';
import { NBSP } from './signed.ts';
import { discordTime } from './time.ts';
import { clipLines, duration, price, sideWord } from './words.ts';

/** Title of the panel; a form opened from it brings it up to date. */
const TITLE = 'Open positions';
/** Rows of buttons leave one for going through pages. */
const PER_PAGE = 4;

export interface PositionsView {
  readonly content: string;
  readonly embeds: APIEmbed[];
  readonly components: ButtonRow[];
}

/** What a trader holds, four at a time, each with its buttons. */
export function positionsView({ positions, orphans }: OpenPositions, now: number, wanted = 1): PositionsView {
  const { items, ...place } = pageOf(positions, PER_PAGE, wanted);
  const lines = items.map((each) => positionBlock(each, now));
  const odd = orphans.map(
    ({ ticker, side, qty, fillId }) =>
      `⚠️ The ${side} of ${shares(qty)} ${ticker} (#${fillId}) closes nothing and counts for nothing. Journal the entry it belongs to, or undo it.`,
  );
  const none = 'You hold nothing. Enter from a card, or with `/journal enter`.';
  return {
    content: '',
    embeds: [
      {
        title: place.pages > 1 ? `${TITLE} (${place.page} of ${place.pages})` : TITLE,
        description: clipLines([...(lines.length === 0 ? [none] : lines), ...odd], 4096),
      },
    ],
    components: [...items.map(positionButtons), ...pagerRows(place, 'position:page')],
  };
}

/** Whether a message is the panel that `positionsView` makes. */
export function isPositionsPanel(message: {
  readonly embeds: readonly { readonly title: string | null }[];
}): boolean {
  return message.embeds[0]?.title?.startsWith(TITLE) ?? false;
}

function positionBlock({ ticker, position, last, mark, stop }: OpenPosition, now: number): string {
  const { side, qtyOpen, averageEntry, openedAt, realised, exits } = position;
  const lines = [
    `${sideWord(side)} **${shares(qtyOpen)} ${ticker}** entered at ${exactPrice(averageEntry.toDecimalPlaces(4))}, ${discordTime(openedAt, 'R')}`,
  ];
  if (last === null || mark === null) lines.push('No price is stored for it yet.');
  else {
    const age = duration(now - last.closedAt);
    lines.push(
      `**${signedUsd(mark.unrealised)}** open · ${multipleOfR(mark.r)} · last ${price(last.candle.close)}, ${age} old`,
    );
  }
  if (exits.length > 0) lines.push(`${signedUsd(realised.average)} already realised`);
  lines.push(stopLine(stop, mark));
  return `${lines.join('\n')}\n`;
}

function stopLine(stop: OpenPosition['stop'], mark: OpenPosition['mark']): string {
  if (stop === null) return 'No stop.';
  if (mark?.toStop == null) return `Stop ${exactPrice(stop)}.`;
  const { usd, fraction } = mark.toStop;
  if (usd.lessThanOrEqualTo(0)) return `⚠️ The price has passed the stop ${exactPrice(stop)}.`;
  const share = fraction === null ? '' : ` (${fraction.times(100).toFixed(1)}${NBSP}%)`;
  return `Stop ${exactPrice(stop)}, ${usd.toFixed(2)} away${share}`;
}

function positionButtons({ ticker, position }: OpenPosition): ButtonRow {
  const { id } = position;
  return buttonRow(
    { label: `Exit half ${ticker}`, name: 'position:half', id },
    { label: 'Exit all', name: 'position:all', id },
    { label: 'Move stop', name: 'position:stop', id },
    { label: 'Show', name: 'position:show', id },
  );
}
