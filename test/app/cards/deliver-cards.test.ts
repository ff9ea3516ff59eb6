import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deliverCards } from '../../../src/app/cards/deliver-cards.ts';
import { refreshCards } from '../../../src/app/cards/refresh-cards.ts';
import type { Messenger } from '../../../src/app/ports.ts';
import { createChartRenderer } from '../../../src/chart/renderer.ts';
import { createMessenger } from '../../../src/discord/messenger.ts';
import { planCards } from '../../../src/domain/plan-cards.ts';
import type { NewSignal } from '../../../src/domain/signal.ts';
import type { SignalTimeframe } from '../../../src/domain/timeframe.ts';
import { aWalk } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';
import { startTestBot, type TestBot } from '../../support/discord-bot.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { aSignal, FIRED_AT } from '../../support/signals.ts';
import { placeNewCards, seedDetectors } from '../../support/stored-desk.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const NOW = FIRED_AT + SECOND;

const database = withDatabase();
const log = recordingLog();
const charts = createChartRenderer({ log });
let bot: TestBot;
let messenger: Messenger;
let now = NOW;
let tickers = 0;

beforeAll(async () => {
  bot = await startTestBot();
  messenger = createMessenger(bot.client, { notice: null });
  await seedDetectors(database.current.stores);
});
beforeEach(async () => {
  now = NOW;
  await database.current.pool.query(
    `UPDATE cards SET state = 'suppressed' WHERE state IN ('pending', 'sending')`,
  );
});
afterEach(() => {
  bot.discord.faults.reset();
  bot.discord.faults.denyBot(bot.discord.channels.alerts, []);
});
afterAll(async () => {
  await charts.close();
  await bot.close();
});

const deps = (overrides: Partial<Parameters<typeof deliverCards>[0]> = {}) => ({
  stores: database.current.stores,
  quotes: { quote: async () => null, quoteAll: async () => new Map() },
  charts,
  messenger,
  log,
  ...overrides,
});
const deliver = (by = 'p1', overrides = {}) => deliverCards(deps(overrides), { by, clock: () => now });

interface CardRow {
  readonly id: string;
  readonly state: string;
  readonly attempts: number;
  readonly message_id: string | null;
  readonly last_error: string | null;
  readonly suppressed_reason: string | null;
  readonly deliver_after: Date | null;
}

/** Records signals of one candle of a fresh ticker, as a scan does. @returns what its card is asked by. */
async function aCard(
  options: {
    timeframe?: SignalTimeframe;
    channelId?: string;
    ticker?: string;
    signal?: Partial<NewSignal>;
  } = {},
): Promise<string> {
  const { stores } = database.current;
  const { timeframe = '5m', channelId = bot.discord.channels.alerts, ticker = `T${++tickers}` } = options;
  const params = { detectors: [], minScore: 0, sides: ['long', 'short'], cooldownMinutes: 30 } as const;
  const begin = {
    ticker,
    timeframe,
    params,
    channelId,
    userId: 'u1',
    startAfter: FIRED_AT - 3 * 60 * MINUTE,
  };
  const { watch } = await stores.watches.add(begin);
  const signals = [aSignal({ timeframe, ...options.signal })];
  const written = await stores.signals.recordScan({
    watch,
    scannedTo: (watch.lastScannedTs ?? 0) + MINUTE,
    signals,
    cards: planCards(signals, { params, levelRule: 'atr', now: NOW }),
    origin: 'live',
    runId: 'test',
  });
  await placeNewCards(stores, NOW);
  expect(written).toMatchObject({ signals: 1 });
  return ticker;
}

const cardOf = async (ticker: string): Promise<CardRow> => {
  const { rows } = await database.current.pool.query<CardRow>(
    `SELECT c.* FROM cards c JOIN symbols s ON s.id = c.symbol_id WHERE s.ticker = $1`,
    [ticker],
  );
  const [row] = rows;
  if (row === undefined || rows.length > 1) throw new Error(`${rows.length} cards of ${ticker}`);
  return row;
};
/** All messages that carry the card's buttons. */
const messagesOf = async (ticker: string) => {
  const { id } = await cardOf(ticker);
  return bot.discord
    .messages(bot.discord.channels.alerts)
    .filter(({ components }) => JSON.stringify(components).includes(`card:enter:${id}"`));
};
const posts = () => bot.discord.journal.filter(({ method }) => method === 'POST').length;

/** A process that dies at a point: it does what came before, then never comes back. */
function dyingMessenger(how: Partial<Messenger>): Messenger {
  return { ...messenger, ...how };
}
const never = <T>() => new Promise<T>(() => undefined);

/** Lets a process claim and post a card and die before it can write that down. */
async function dieAfterPosting(): Promise<void> {
  const posted = Promise.withResolvers<void>();
  const postCard: Messenger['postCard'] = async (...card) => {
    await messenger.postCard(...card);
    posted.resolve();
    return never();
  };
  void deliver('dead', { messenger: dyingMessenger({ postCard }) });
  await posted.promise;
}

describe('delivering cards', () => {
  it('posts what is due, oldest first, and writes down where it is', async () => {
    const first = await aCard();
    const second = await aCard();

    const taken = await deliver();

    expect(taken).toBe(2);
    for (const ticker of [first, second]) {
      const [message, ...others] = await messagesOf(ticker);
      expect(others).toEqual([]);
      expect(await cardOf(ticker)).toMatchObject({ state: 'sent', attempts: 1, message_id: message?.id });
    }
    const { rows } = await database.current.pool.query(
      `SELECT a.delivered, a.message_id FROM alerts a JOIN cards c ON c.id = a.card_id WHERE c.state = 'sent'`,
    );
    expect(rows).toHaveLength(2);
    expect(rows.every(({ delivered, message_id }) => delivered && message_id !== null)).toBe(true);
    expect(await deliver(), 'nothing is left').toBe(0);
  });

  it('shows the chart when there are candles, and the card alone when there are none or it cannot be drawn', async () => {
    const [drawn, empty, broken] = ['DRAWN', 'EMPTY', 'BROKEN'];
    const candles = aWalk(200, { date: '2022-06-09' }).filter(({ ts }) => ts < FIRED_AT);
    for (const ticker of [drawn, broken])
      await database.current.stores.candles.store({
        ticker,
        timeframe: '5m',
        source: 'test',
        candles,
        coverage: [],
      });
    const closed = createChartRenderer({ log });
    await closed.close();

    await aCard({ ticker: drawn });
    await aCard({ ticker: empty });
    await deliver();
    await aCard({ ticker: broken });
    await deliver('p1', { charts: closed });

    const hasImage = async (ticker: string) => (await messagesOf(ticker))[0]?.embeds[0]?.image !== undefined;
    expect([await hasImage(drawn), await hasImage(empty), await hasImage(broken)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(await cardOf(broken)).toMatchObject({ state: 'sent' });
    expect(log.lines.some(({ message }) => message === 'card chart failed')).toBe(true);
  });

  it('suppresses a card that is too old to act on, without a word to Discord', async () => {
    const ticker = await aCard();
    const before = posts();

    now = FIRED_AT + 5 * MINUTE + 1;
    await deliver();

    expect(await cardOf(ticker)).toMatchObject({
      state: 'suppressed',
      suppressed_reason: 'stale',
      message_id: null,
    });
    expect(posts()).toBe(before);
  });

  it('still posts a card exactly five minutes old', async () => {
    const ticker = await aCard();

    now = FIRED_AT + 5 * MINUTE;
    await deliver();

    expect(await cardOf(ticker)).toMatchObject({ state: 'sent' });
  });

  it('keeps a card with the reason where the bot may not post, goes on with the next, and posts it when it may', async () => {
    bot.discord.faults.denyBot(bot.discord.channels.alerts, ['SendMessages']);
    const refused = await aCard();
    const next = await aCard({ channelId: bot.discord.channels.desk });
    const before = posts();

    await deliver();

    expect(await cardOf(refused)).toMatchObject({
      state: 'pending',
      last_error: expect.stringContaining('The bot lacks Send Messages'),
      deliver_after: new Date(NOW + MINUTE),
      message_id: null,
    });
    expect(await cardOf(next)).toMatchObject({ state: 'sent' });
    expect(posts(), 'the refused one was not even tried').toBe(before + 1);

    bot.discord.faults.denyBot(bot.discord.channels.alerts, []);
    now = NOW + MINUTE;
    await deliver();

    expect(await cardOf(refused)).toMatchObject({ state: 'sent', last_error: null });
    expect(await messagesOf(refused)).toHaveLength(1);
  });

  it('gives up a card of a long timeframe after an hour of a closed channel', async () => {
    bot.discord.faults.denyBot(bot.discord.channels.alerts, ['SendMessages']);
    const refused = await aCard({ timeframe: '4h' });

    for (let minute = 0; minute < 60; minute += 1) {
      await deliver();
      now += MINUTE;
    }

    expect(await cardOf(refused)).toMatchObject({ state: 'failed', attempts: 60 });
    expect(await deliver(), 'and is left alone').toBe(0);
  });

  it('joins a late second signal to the sent card by an edit', async () => {
    const ticker = await aCard({ signal: { detectorId: 'breakout_v1', score: 0.6 } });
    await deliver();
    const [before] = await messagesOf(ticker);

    await aCard({ ticker, signal: { detectorId: 'rsi_reversal_v1', score: 0.9 } });
    const taken = await deliver();
    const edited = await refreshCards(deps());

    const [after, ...others] = await messagesOf(ticker);
    expect([taken, edited]).toEqual([0, 1]);
    expect(others).toEqual([]);
    expect(after?.id).toBe(before?.id);
    expect(before?.content).not.toMatch(/RSI/i);
    expect(after?.content, 'the higher score heads it').toMatch(/RSI reversal.*0\.90/i);
    expect(await refreshCards(deps()), 'once').toBe(0);
  });

  it('gives each card to one of two deliverers', async () => {
    const cards = [];
    for (let index = 0; index < 6; index += 1) cards.push(await aCard());

    const taken = await Promise.all([deliver('p1'), deliver('p2')]);

    expect(taken.reduce((sum, each) => sum + each, 0)).toBe(6);
    for (const ticker of cards) {
      expect(await messagesOf(ticker)).toHaveLength(1);
      expect(await cardOf(ticker)).toMatchObject({ state: 'sent', attempts: 1 });
    }
  });
});

describe('when Discord fails', () => {
  it.each([
    ['answers 502 though it stored the message', { status: 502, after: true }],
    ['resets the connection after it stored the message', { drop: 'after', reset: true }],
    ['answers 500 before it did anything', { status: 500 }],
  ] as const)('posts once when it %s', async (_what, fault) => {
    const ticker = await aCard();
    bot.discord.faults.add({ method: 'POST', path: /messages$/, ...fault });

    await deliver();

    const [message, ...others] = await messagesOf(ticker);
    expect(others).toEqual([]);
    expect(await cardOf(ticker)).toMatchObject({ state: 'sent', message_id: message?.id });
  });

  it.each(['before', 'after'] as const)(
    'tries again with the same nonce when the connection ends %s the message was stored',
    async (drop) => {
      const ticker = await aCard();
      bot.discord.faults.add({ method: 'POST', path: /messages$/, drop });

      await deliver();
      const waiting = await cardOf(ticker);
      const tooEarly = await deliver();
      now = NOW + 2 * SECOND;
      await deliver();

      expect(waiting).toMatchObject({
        state: 'pending',
        attempts: 1,
        last_error: expect.stringContaining('Discord did not answer'),
        deliver_after: new Date(NOW + 2 * SECOND),
      });
      expect(tooEarly).toBe(0);
      const [message, ...others] = await messagesOf(ticker);
      expect(others).toEqual([]);
      expect(await cardOf(ticker)).toMatchObject({
        state: 'sent',
        attempts: 2,
        message_id: message?.id,
        last_error: null,
      });
    },
  );

  it('waits longer each time, up to a minute, and gives up when the signal is too old', async () => {
    const ticker = await aCard();
    bot.discord.faults.add({ method: 'POST', path: /messages$/, drop: 'before', times: 100 });

    const waits: number[] = [];
    for (;;) {
      await deliver();
      const { state, deliver_after } = await cardOf(ticker);
      if (state !== 'pending' || deliver_after === null) break;
      waits.push((deliver_after.getTime() - now) / SECOND);
      now = deliver_after.getTime();
    }

    expect(waits).toEqual([2, 4, 8, 16, 32, 60, 60, 60, 60]);
    expect(await cardOf(ticker)).toMatchObject({ state: 'suppressed', suppressed_reason: 'stale' });
    expect(await messagesOf(ticker)).toEqual([]);
  });
});

describe('when a process dies with a card in its hands', () => {
  it('leaves the card alone until the lease has run out, then posts it once', async () => {
    const ticker = await aCard();
    await database.current.stores.cards.claim({ by: 'dead', now, leaseMs: MINUTE });

    now = NOW + MINUTE - 1;
    const before = await deliver();
    now = NOW + MINUTE;
    await deliver();

    expect(before).toBe(0);
    expect(await messagesOf(ticker)).toHaveLength(1);
    expect(await cardOf(ticker)).toMatchObject({ state: 'sent', attempts: 2 });
  });

  it('relies on the nonce a minute after the message was posted', async () => {
    const ticker = await aCard();
    await dieAfterPosting();

    now = NOW + MINUTE;
    await deliver();

    const [message, ...others] = await messagesOf(ticker);
    expect(others).toEqual([]);
    expect(await cardOf(ticker)).toMatchObject({ state: 'sent', message_id: message?.id });
  });

  it.each(['5m', '1h'] as const)(
    'finds the message of a %s card in the channel ten minutes later, when the nonce is forgotten',
    async (timeframe) => {
      const ticker = await aCard({ timeframe });
      await dieAfterPosting();
      bot.discord.clocks.nonceMs = 0;
      const before = posts();

      now = NOW + 10 * MINUTE;
      await deliver();

      const [message, ...others] = await messagesOf(ticker);
      expect(others).toEqual([]);
      expect(await cardOf(ticker)).toMatchObject({ state: 'sent', message_id: message?.id });
      expect(posts()).toBe(before);
    },
  );

  it('posts a card ten minutes later that never reached the channel and is still fresh', async () => {
    const ticker = await aCard({ timeframe: '1h' });
    await database.current.stores.cards.claim({ by: 'dead', now, leaseMs: MINUTE });

    now = NOW + 10 * MINUTE;
    await deliver();

    expect(await messagesOf(ticker)).toHaveLength(1);
    expect(await cardOf(ticker)).toMatchObject({ state: 'sent' });
  });

  it('keeps one message when a slow process comes back after another took its card over', async () => {
    const ticker = await aCard();
    const claimed = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const postCard: Messenger['postCard'] = async (...card) => {
      claimed.resolve();
      await gate.promise;
      return messenger.postCard(...card);
    };
    const slow = deliver('slow', { messenger: dyingMessenger({ postCard }) });
    await claimed.promise;

    now = NOW + MINUTE;
    await deliver('quick');
    gate.resolve();
    await slow;

    const [message, ...others] = await messagesOf(ticker);
    expect(others).toEqual([]);
    expect(await cardOf(ticker)).toMatchObject({ state: 'sent', message_id: message?.id, attempts: 2 });
  });
});
