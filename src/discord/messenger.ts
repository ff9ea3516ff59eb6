import {
  type Client,
  DiscordAPIError,
  type GuildTextBasedChannel,
  type Message,
  type MessageCreateOptions,
  MessageFlags,
  PermissionFlagsBits,
  RESTJSONErrorCodes,
  SnowflakeUtil,
} from 'discord.js';
import type { Messenger, OutboxPost, Reminder } from '../app/ports.ts';
import type { Card, CardDetails } from '../domain/card.ts';
import { OraError } from '../domain/errors.ts';
import type { MessageView } from './answer.ts';
import { buildCustomId } from './custom-id.ts';
import { translateDiscordError } from './errors.ts';
import { CHART_FILE, cardView, chartAltText } from './views/card-view.ts';
import { outboxView } from './views/outbox-view.ts';
import { REMINDER_MARK, reminderView } from './views/reminder-view.ts';

/** Messages per request when a channel is read: Discord's maximum. */
const PAGE = 100;
/** Discord's clock and ours may differ by this much, ms. */
const CLOCK_SKEW_MS = 60_000;

/** What posting a card takes, in the words of Discord's own settings page. */
const NEEDED = {
  'View Channel': PermissionFlagsBits.ViewChannel,
  'Send Messages': PermissionFlagsBits.SendMessages,
  'Embed Links': PermissionFlagsBits.EmbedLinks,
  'Attach Files': PermissionFlagsBits.AttachFiles,
  'Read Message History': PermissionFlagsBits.ReadMessageHistory,
} as const;

/** Posts and edits alert cards through a client that is logged in. */
export function createMessenger(client: Client, { notice }: { readonly notice: string | null }): Messenger {
  return {
    async postCard(details, image, nonce) {
      const { channelId } = details.card;
      return translated(`post in <#${channelId}>`, async () => {
        const channel = await openChannel(client, channelId);
        const message = await channel.send({
          ...cardView(details, { hasChart: image !== null, notice }),
          files: image === null ? [] : [chartFile(details, image)],
          ...calling(details.card.mentioned),
          nonce,
          enforceNonce: true,
        });
        return message.id;
      });
    },

    async editCard(details) {
      const { channelId, messageId } = details.card;
      if (messageId === null) throw new Error(`card ${details.card.id} was never posted`);
      await translated(`edit a card in <#${channelId}>`, async () => {
        const channel = await openChannel(client, channelId);
        await unlessDeleted(async () => {
          const message = await channel.messages.fetch(messageId);
          await message.edit(cardView(details, { hasChart: hasChart(message), notice }));
        });
      });
    },

    async findCard(card, since) {
      return translated(`read <#${card.channelId}>`, async () => {
        const channel = await openChannel(client, card.channelId);
        const messages = messagesSince(channel, since - CLOCK_SKEW_MS);
        for await (const message of messages) if (isOurCard(message, card)) return message.id;
        return null;
      });
    },

    postReminder: (reminder, nonce) => postReply(client, replyOfReminder(reminder), nonce),
    findReminder: (reminder, since) => findReply(client, replyOfReminder(reminder), since),
    postMessage: (post, nonce) => postReply(client, replyOfPost(post), nonce),
    findMessage: (post, since) => findReply(client, replyOfPost(post), since),
  };
}

/** A message that is no card. */
interface Reply {
  readonly channelId: string;
  /** Message it replies to. */
  readonly replyTo: string | null;
  readonly view: MessageView;
  /** How every attempt at it begins. */
  readonly mark: string;
  readonly mention: readonly string[];
  /** Rings though it mentions nobody. */
  readonly isLoud: boolean;
}

function replyOfReminder(reminder: Reminder): Reply {
  const { card, original, mention } = reminder;
  const replyTo = original.card.messageId;
  // Its first line names the price of the moment, and who still waits.
  const view = reminderView(reminder);
  return { channelId: card.channelId, replyTo, view, mark: REMINDER_MARK, mention, isLoud: false };
}

function replyOfPost(post: OutboxPost): Reply {
  const { channelId, mention, replyTo } = post;
  const view = outboxView(post);
  const [mark = ''] = view.content.split('\n');
  const isLoud = post.content.kind === 'alarm';
  return { channelId, replyTo: replyTo?.card.messageId ?? null, view, mark, mention, isLoud };
}

function postReply(
  client: Client,
  { channelId, replyTo, view, mention, isLoud }: Reply,
  nonce: string,
): Promise<string> {
  return translated(`post in <#${channelId}>`, async () => {
    const channel = await openChannel(client, channelId);
    const message = await channel.send({
      ...view,
      // A card that somebody deleted must not swallow what is said about it.
      ...(replyTo !== null && { reply: { messageReference: replyTo, failIfNotExists: false } }),
      ...calling(mention, { isLoud }),
      nonce,
      enforceNonce: true,
    });
    return message.id;
  });
}

/** By what every attempt at it has in common: what it replies to, and how it begins. */
function findReply(client: Client, reply: Reply, since: number): Promise<string | null> {
  return translated(`read <#${reply.channelId}>`, async () => {
    const channel = await openChannel(client, reply.channelId);
    for await (const message of messagesSince(channel, since - CLOCK_SKEW_MS))
      if (isSameReply(message, reply)) return message.id;
    return null;
  });
}

function isSameReply(message: Message, { replyTo, mark }: Reply): boolean {
  const isReply = replyTo === null || message.reference?.messageId === replyTo;
  return message.author.id === message.client.user.id && isReply && message.content.startsWith(mark);
}

/** Mentions these people and nobody else; a message that calls nobody comes without a sound. */
function calling(
  users: readonly string[],
  { isLoud = false } = {},
): Pick<MessageCreateOptions, 'allowedMentions' | 'flags'> {
  const allowedMentions = { parse: [], users: [...users], repliedUser: false } as const;
  return {
    allowedMentions,
    ...(users.length === 0 && !isLoud && { flags: MessageFlags.SuppressNotifications as const }),
  };
}

/** Whether a message shows a chart inside its card: only then may an edited card refer to it. */
export function hasChart(message: Message): boolean {
  return message.embeds.some((embed) => embed.image !== null);
}

async function translated<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translateDiscordError(error, doing);
  }
}

/** The channel, after a look at our permissions: every refusal by Discord counts towards a ban. */
async function openChannel(client: Client, channelId: string): Promise<GuildTextBasedChannel> {
  if (!client.isReady()) throw new OraError('unavailable', 'The bot is not connected to Discord yet.');
  const channel = await client.channels.fetch(channelId);
  if (channel === null || channel.isDMBased() || !channel.isTextBased()) {
    throw new OraError(
      'forbidden',
      `<#${channelId}> is not a text channel of the server. Choose another one.`,
    );
  }
  const missing = await missingPermissions(channel);
  if (missing.length > 0) {
    throw new OraError(
      'forbidden',
      `The bot lacks ${missing.join(', ')} in <#${channelId}>. Allow it in the channel's settings.`,
    );
  }
  return channel;
}

/** Which of the permissions that a card takes the bot lacks in a channel, in Discord's own words. */
export async function missingPermissions(channel: GuildTextBasedChannel): Promise<string[]> {
  const me = channel.guild.members.me ?? (await channel.guild.members.fetchMe());
  const granted = channel.permissionsFor(me);
  return Object.entries(NEEDED).flatMap(([name, permission]) => (granted.has(permission) ? [] : [name]));
}

/** Does nothing more about a message that somebody deleted: there is nothing to edit. */
async function unlessDeleted(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof DiscordAPIError) || error.code !== RESTJSONErrorCodes.UnknownMessage) throw error;
  }
}

/** All messages of a channel from a moment on, oldest page first. */
async function* messagesSince(channel: GuildTextBasedChannel, since: number): AsyncGenerator<Message> {
  let after = String(
    SnowflakeUtil.generate({ timestamp: since, increment: 0n, workerId: 0n, processId: 0n }),
  );
  for (;;) {
    const page = await channel.messages.fetch({ after, limit: PAGE, cache: false });
    yield* page.values();
    const newest = page.keyAt(0);
    if (newest === undefined || page.size < PAGE) return;
    after = newest;
  }
}

function isOurCard(message: Message, card: Card): boolean {
  const button = buildCustomId('card:enter', card.id);
  return message.author.id === message.client.user.id && message.resolveComponent(button) !== null;
}

function chartFile(details: CardDetails, image: Uint8Array) {
  return { attachment: Buffer.from(image), name: CHART_FILE, description: chartAltText(details) };
}
