import { deliverCards } from '../src/app/cards/deliver-cards.ts';
import type { ChartRenderer } from '../src/app/ports.ts';
import { DEFAULT_WATCH_PARAMS } from '../src/app/watches/start-watch.ts';
import { startBot } from '../src/bot.ts';
import type { Database } from '../src/db/open.ts';
import { createClient } from '../src/discord/client.ts';
import { candleSpans, sessionsBetween } from '../src/domain/calendar.ts';
import { planCards } from '../src/domain/plan-cards.ts';
import { createYahooSource } from '../src/market/yahoo.ts';
import { type LocalDiscord, startLocalDiscord } from '../src/sandbox/discord/server.ts';
import type { UiMessage } from '../src/sandbox/discord/ui-protocol.ts';
import { quiet } from '../test/support/quiet-log.ts';
import { aSignal } from '../test/support/signals.ts';
import { placeNewCards } from '../test/support/stored-desk.ts';
import { type Bench, type BenchResult, quantile } from './bench.ts';
import { withBenchDatabase } from './database.ts';

const CLICKS = 1000;
const WARM_UP = 50;
const FROM = Date.UTC(2024, 0, 2);
const noCharts: ChartRenderer = {
  draw: () => Promise.reject(new Error('no charts')),
  close: () => Promise.resolve(),
};

/** From a trader's click to the decision committed and the click acknowledged. */
export const clickToDecision: Bench = {
  name: 'click-to-decision',
  run: () =>
    withBenchDatabase(async (database) => {
      const ours = await startOurs(database);
      const [card] = ours.messages;
      if (card === undefined) throw new Error('no card was posted');
      const bare = await startBare(database, card);
      try {
        const times = { ours: [] as number[], bare: [] as number[] };
        // In turn, so that whatever else the machine does strikes both.
        for (let click = 0; click < CLICKS; click += 1) {
          times.bare.push(await timeClick(bare, click));
          times.ours.push(await timeClick(ours, click));
        }
        return [0.5, 0.99].map((share) => compare(times, share));
      } finally {
        await ours.close();
        await bare.close();
      }
    }),
};

interface Side {
  readonly discord: LocalDiscord;
  readonly messages: readonly UiMessage[];
  close(): Promise<void>;
}

async function timeClick({ discord, messages }: Side, click: number): Promise<number> {
  const message = messages[click];
  if (message === undefined) throw new Error('too few messages');
  const began = performance.now();
  const seen = await discord.person('alice').click(message, 'Ignore');
  if (seen.kind === 'failed') throw new Error('the click failed');
  return performance.now() - began;
}

function compare(times: { readonly ours: number[]; readonly bare: number[] }, share: number): BenchResult {
  const ms = quantile(times.ours.slice(WARM_UP), share);
  const limitMs = quantile(times.bare.slice(WARM_UP), share);
  const what = `click to decision, p${share * 100}`;
  return { what, size: CLICKS - WARM_UP, ms, limitMs, ratio: ms / limitMs, reach: 1.5, better: 'lower' };
}

/** The whole bot with as many cards in its channel as there will be clicks. */
async function startOurs(database: Database): Promise<Side> {
  const discord = await startLocalDiscord({ rateLimits: 'off' });
  let now = FROM;
  const bot = await startBot({
    database,
    charts: noCharts,
    exportDir: '/nonexistent',
    log: quiet,
    clock: () => now,
    market: createYahooSource({
      baseUrl: 'http://127.0.0.1:9',
      log: quiet,
      spacingMs: 0,
      timeoutMs: 100,
      now: () => now,
    }),
    settings: {
      origin: 'sandbox',
      graceMs: 0,
      fetchDeadlineMs: 1000,
      codeVersion: 'bench',
      configHash: 'bench',
      levelRule: 'atr',
      baselines: { seed: 'sandbox', rate: 0.02 },
      alertChannelId: discord.channels.alerts,
    },
    discord: {
      apiBase: discord.apiUrl,
      token: discord.token,
      guildId: discord.guildId,
      roles: { trader: [discord.roles.trader], admin: [discord.roles.administrator] },
    },
    schedule: 'manual',
    notice: null,
    onFatal: (error) => console.error('fatal', error),
  });
  const { stores } = database;
  const added = await stores.watches.add({
    ticker: 'SPY',
    timeframe: '5m',
    params: DEFAULT_WATCH_PARAMS,
    channelId: discord.channels.alerts,
    userId: discord.people.alice,
    startAfter: FROM,
  });
  const runId = await stores.runs.start({
    kind: 'scan',
    startedAt: now,
    codeVersion: 'bench',
    configHash: 'bench',
  });
  const spans = sessionsBetween(FROM, FROM + 60 * 86_400_000).flatMap((session) =>
    candleSpans(session, '5m'),
  );
  let watch = added.watch;
  for (const { ts, end } of spans.slice(0, CLICKS)) {
    now = end;
    const signals = [aSignal({ firedAt: end })];
    const cards = planCards(signals, { params: watch.params, levelRule: 'atr', now });
    await stores.signals.recordScan({
      watch,
      scannedTo: ts,
      signals,
      cards,
      origin: 'sandbox',
      runId,
    });
    watch = { ...watch, lastScannedTs: ts };
    await placeNewCards(stores, now);
    await deliverCards(bot.desk.services, { by: bot.desk.workerId, clock: () => now });
  }
  return {
    discord,
    messages: discord.messages(discord.channels.alerts),
    close: async () => {
      await bot.stop();
      await discord.close();
    },
  };
}

/** discord.js alone: one row committed, one answer that shows the same card. */
async function startBare(database: Database, card: UiMessage): Promise<Side> {
  const discord = await startLocalDiscord({ rateLimits: 'off' });
  await database.pool.query(
    'CREATE TABLE bare_clicks (id bigserial PRIMARY KEY, user_id text, at timestamptz)',
  );
  const client = createClient({ apiBase: discord.apiUrl });
  const view = { content: card.content, embeds: card.embeds, components: card.components ?? [] };
  client.on('interactionCreate', async (interaction) => {
    if (!interaction.isButton()) return;
    await database.pool.query('INSERT INTO bare_clicks (user_id, at) VALUES ($1, now())', [
      interaction.user.id,
    ]);
    await interaction.update(view);
  });
  const ready = new Promise((resolve) => client.once('clientReady', resolve));
  await client.login(discord.token);
  await ready;
  const channel = await client.channels.fetch(discord.channels.alerts);
  if (!channel?.isSendable()) throw new Error('the channel is not there');
  for (let message = 0; message < CLICKS; message += 1) await channel.send(view);
  return {
    discord,
    messages: discord.messages(discord.channels.alerts),
    close: async () => {
      await client.destroy();
      await discord.close();
    },
  };
}
