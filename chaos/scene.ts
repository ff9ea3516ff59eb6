import { nextCandleClose } from '../src/domain/calendar.ts';
import { type LocalDiscord, startLocalDiscord } from '../src/sandbox/discord/server.ts';
import type { UiMessage } from '../src/sandbox/discord/ui-protocol.ts';
import { type LocalYahoo, startLocalYahoo } from '../src/sandbox/yahoo/local-yahoo.ts';
import { type BendablePrices, bendable } from '../test/support/bendable-prices.ts';
import { checkRequest, checkResponse } from '../test/support/discord-spec.ts';
import { dropDatabase, rowsOf } from './databases.ts';
import { type DeskProcess, type LogLine, startDeskProcess } from './desk.ts';
import type { DeskSettings } from './desk-child.ts';
import { until } from './gate.ts';
import type { Stage } from './stage.ts';
import type { World } from './world.ts';

type PersonName = Parameters<LocalDiscord['person']>[0];

/** What somebody meant by a click; a click that failed is meant still. */
export interface Intent {
  readonly userId: string;
  readonly cardId: number;
  readonly action: 'enter' | 'ignore' | 'watch';
}

/** One copy of the stage with the desk running between its own servers, and all that may be done to it. */
export interface Scene {
  readonly url: string;
  readonly discord: LocalDiscord;
  readonly yahoo: LocalYahoo;
  readonly prices: BendablePrices;
  /** The process as it is now; `revive` puts another in its place. */
  readonly desk: DeskProcess;
  readonly log: readonly LogLine[];
  /** What came out on standard error: nothing that was handled does. */
  readonly outcries: readonly string[];
  readonly intents: readonly Intent[];
  now(): number;
  /** Moves the present, of the desk and of the market. */
  setNow(now: number): Promise<void>;
  /** Puts the clock of the desk's machine wrong by so much, ms; 0 puts it right. The market's stays as it is. */
  skewClock(byMs: number): Promise<void>;
  /** Goes to the next candle close without telling the desk. */
  toNextClose(): void;
  /** Lets the desk do what is due. Resolves also when it dies over it. */
  play(): Promise<void>;
  /** Starts another process when this one is dead. @returns whether it was. */
  revive(overrides?: Partial<DeskSettings>): Promise<boolean>;
  /** Another process on the same database and servers. */
  another(): Promise<DeskProcess>;
  rows<T>(sql: string, values?: readonly unknown[]): Promise<T[]>;
  /** Stops the database server and starts it again. */
  restartServer(downMs: number): Promise<void>;
  /** The newest card in the alert channel. */
  newestCard(): UiMessage;
  /** The same, null before the first. */
  newestCardOrNull(): UiMessage | null;
  /** Whether somebody has meant something by a click on it. */
  hasDecided(who: PersonName, card: UiMessage): boolean;
  /** Somebody decides about a card. @returns whether the person was answered. */
  decide(who: PersonName, card: UiMessage, action: Intent['action']): Promise<boolean>;
  /** The same again and again until the person is answered. */
  insist(...what: Parameters<Scene['decide']>): Promise<boolean>;
  close(): Promise<void>;
}

/** A click or form is answered or failed within this: Discord's own three seconds are shortened to it. */
const ACK_MS = 1_500;
const BUTTONS = { enter: 'Enter', ignore: 'Ignore', watch: 'Watch' } as const;
const ENTRY = { qty: '10', fee: '0', stop: '' };

/** Where scenes are played. */
export interface Setting {
  readonly stage: Stage;
  /** Any other database of the server. */
  readonly serverUrl: string;
  /** Stops the server and starts it again; null for a server of others. */
  readonly restartServer: ((downMs: number) => Promise<void>) | null;
  /** Deadline of one request to Yahoo, ms. */
  readonly timeoutMs?: number;
}

/** Opens one: a copy of the stage, fresh servers, a desk that is ready. */
export async function openScene({
  stage,
  serverUrl,
  restartServer,
  timeoutMs = 1_000,
}: Setting): Promise<Scene> {
  const { world } = stage;
  let now = world.start;
  let skewMs = 0;
  const prices = bendable(world.prices);
  const resources = new AsyncDisposableStack();
  const url = await stage.copy();
  resources.defer(() => dropDatabase(serverUrl, url));
  const yahoo = await startLocalYahoo({ prices, now: () => now });
  resources.defer(() => yahoo.close());
  const discord = await startLocalDiscord({
    rateLimits: 'off',
    clocks: { ackMs: ACK_MS },
    checkRequest,
    checkResponse,
  });
  resources.defer(() => discord.close());

  const log: LogLine[] = [];
  const outcries: string[] = [];
  const intents: Intent[] = [];
  const start = (more: Partial<DeskSettings> = {}): DeskProcess =>
    startDeskProcess(
      {
        databaseUrl: url,
        yahooUrl: yahoo.baseUrl,
        discord: {
          apiBase: discord.apiUrl,
          token: discord.token,
          guildId: discord.guildId,
          roles: { trader: [discord.roles.trader], admin: [discord.roles.administrator] },
        },
        alertChannelId: discord.channels.alerts,
        now: now + skewMs,
        poolSize: 6,
        timeoutMs,
        ...more,
      },
      { onLog: (line) => void log.push(line), onOutcry: (text) => void outcries.push(text) },
    );
  let desk = start();
  resources.defer(() => desk.kill());
  await desk.ready;

  const scene: Scene = {
    url,
    discord,
    yahoo,
    prices,
    get desk() {
      return desk;
    },
    log,
    outcries,
    intents,
    now: () => now,
    setNow: async (moment) => {
      now = moment;
      await desk.setClock(now + skewMs);
    },
    async skewClock(byMs) {
      skewMs = byMs;
      await desk.setClock(now + skewMs);
    },
    toNextClose: () => {
      now = nextClose(world, now);
    },
    play: async () => void (await desk.play(now + skewMs)),
    async revive(more) {
      if (desk.isAlive()) return false;
      desk = start(more);
      await desk.ready;
      return true;
    },
    async another() {
      const second = start();
      resources.defer(() => second.kill());
      await second.ready;
      return second;
    },
    rows: (sql, values) => rowsOf(url, sql, values),
    restartServer: async (downMs) => {
      if (restartServer === null) throw new Error('the server belongs to others');
      await restartServer(downMs);
    },
    newestCard: () => {
      const card = scene.newestCardOrNull();
      if (card === null) throw new Error('no card was posted yet');
      return card;
    },
    newestCardOrNull: () =>
      discord.messages(discord.channels.alerts).findLast((message) => cardIdOf(message) !== null) ?? null,
    hasDecided: (who, card) =>
      intents.some(({ userId, cardId }) => userId === discord.people[who] && cardId === cardIdOf(card)),
    async decide(who, card, action) {
      const person = discord.person(who);
      const intent = { userId: discord.people[who], cardId: cardIdOf(card) ?? 0, action };
      const isNew = !intents.some(
        (known) => known.userId === intent.userId && known.cardId === intent.cardId,
      );
      if (isNew) intents.push(intent);
      const seen = await person.click(card, BUTTONS[action]);
      if (action !== 'enter' || seen.kind !== 'modal') return seen.kind !== 'failed';
      return (await person.submitModal({ ...ENTRY, price: priceOf(card) })).kind !== 'failed';
    },
    insist: (...what) => until(() => scene.decide(...what).catch(() => false)),
    close: () => resources.disposeAsync(),
  };
  return scene;
}

function nextClose({ closes }: World, now: number): number {
  if (closes === undefined) return nextCandleClose('5m', now);
  const next = closes.find((close) => close > now);
  if (next === undefined) throw new Error('this world ends here');
  return next;
}

/** Messages that are cards, oldest first. */
export function cardMessages(discord: LocalDiscord): UiMessage[] {
  return discord.messages(discord.channels.alerts).filter((message) => cardIdOf(message) !== null);
}

/** The price in the headline: another would be questioned. */
function priceOf({ content }: UiMessage): string {
  return /· (\d+\.\d+) ·/.exec(content)?.[1] ?? '100';
}

/** The card a message shows, by its buttons; null for any other message. */
export function cardIdOf(message: UiMessage): number | null {
  const found = /card:enter:(\d+)"/.exec(JSON.stringify(message.components ?? []));
  return found === null ? null : Number(found[1]);
}
