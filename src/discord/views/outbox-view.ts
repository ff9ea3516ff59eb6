import { type APIActionRowComponent, type APIStringSelectComponent, ComponentType } from 'discord.js';
import type { OutboxPost } from '../../app/ports.ts';
import type { CardEvent } from '../../domain/card.ts';
import type { DroppedCard, ListedCard, OutboxContent } from '../../domain/outbox.ts';
import { buildCustomId } from '../custom-id.ts';
import { alarmLines } from './alarm-view.ts';
import { eventSentence } from './card-state.ts';
import { eveningView, morningView } from './digest-view.ts';
import { muteSentence } from './mute-view.ts';
import type { OutboxView } from './outbox-message.ts';
import { signedPercent } from './signed.ts';
import { testCardView } from './test-card-view.ts';
import { clockTime } from './time.ts';
import { clip, clipLines, detectorName, mentions, price, sideWord } from './words.ts';

type ListContent = Extract<OutboxContent, { readonly kind: 'list' }>;

/** Discord's limits. */
const MENU_MAX = 25;
const DESCRIPTION_MAX = 4096;
const CONTENT_MAX = 2000;
const OPTION_MAX = 100;

/** What the desk says besides cards. The first line is the same for every attempt at one message. */
export function outboxView(post: OutboxPost): OutboxView {
  const { content } = post;
  switch (content.kind) {
    case 'touch':
      return plain(touchReply(post, content.events));
    case 'list':
      return listView(post.id, content, new Map());
    case 'dropped':
      return plain(clipLines(content.cards.map(droppedLine), CONTENT_MAX));
    case 'alarm':
      return plain(clipLines(alarmLines(content), CONTENT_MAX));
    case 'digest':
      return plain(
        content.digest.kind === 'morning' ? morningView(content.digest) : eveningView(content.digest),
      );
    case 'test':
      return testCardView(content.by);
    case 'mute':
      return plain(
        `🔕 ${muteSentence(content.mute)} by <@${content.mute.createdBy}>. Undo with \`/mute off\`.`,
      );
  }
}

/** Many cards of one minute, with a menu that opens each; `opened` links those that somebody opened. */
export function listView(
  listId: number,
  { cards, firedAt }: ListContent,
  opened: ReadonlyMap<number, string>,
): OutboxView {
  const count = cards.length === 1 ? 'One more card' : `${cards.length} more cards`;
  const closed = cards.filter(({ cardId }) => !opened.has(cardId)).slice(0, MENU_MAX);
  return {
    content: `📋 ${count} of ${clockTime(firedAt)}, after the best ones`,
    embeds: [
      {
        description: clipLines(
          cards.map((card) => listLine(card, opened.get(card.cardId))),
          DESCRIPTION_MAX,
        ),
      },
    ],
    components: closed.length === 0 ? [] : [menu(listId, closed)],
  };
}

function menu(listId: number, cards: readonly ListedCard[]): APIActionRowComponent<APIStringSelectComponent> {
  const options = cards.map((card) => ({
    label: clip(`${sideWord(card.side)} ${card.ticker} ${card.timeframe}`, OPTION_MAX),
    description: clip(
      `${price(card.price)} · ${detectorName(card.detectorId)} ${card.score.toFixed(2)}`,
      OPTION_MAX,
    ),
    value: String(card.cardId),
  }));
  return {
    type: ComponentType.ActionRow,
    components: [
      {
        type: ComponentType.StringSelect,
        custom_id: buildCustomId('list:open', listId),
        placeholder: 'Open one as a card',
        options,
      },
    ],
  };
}

function listLine(
  { side, ticker, timeframe, price: usd, detectorId, score }: ListedCard,
  link?: string,
): string {
  const name = `**${ticker} ${timeframe}**`;
  const line = `${sideWord(side)} ${name} · ${price(usd)} · ${detectorName(detectorId)} ${score.toFixed(2)}`;
  return link === undefined ? line : `${line} · [opened](${link})`;
}

function touchReply({ mention, replyTo }: OutboxPost, events: readonly CardEvent[]): string {
  const name =
    replyTo === null ? '' : `${replyTo.card.ticker} ${replyTo.card.timeframe} ${replyTo.card.side} `;
  const [first = '', ...more] = events.map(eventSentence);
  return [`${name}${first}`, ...more, mentions(mention)].join('\n');
}

function droppedLine({ ticker, timeframe, side, price: usd, openedAt, stop }: DroppedCard): string {
  const change = signedPercent(openedAt / usd - 1);
  return `🌅 ${ticker} ${timeframe} ${side} from the last close is off: it opened at ${price(openedAt)} (${change}), beyond its stop ${price(stop)}.`;
}

function plain(content: string): OutboxView {
  return { content, embeds: [], components: [] };
}
