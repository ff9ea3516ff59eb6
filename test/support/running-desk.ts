import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deliverCards } from '../../src/app/cards/deliver-cards.ts';
import type { MarketSource, QuoteSource } from '../../src/app/ports.ts';
import { type Bot, startBot } from '../../src/bot.ts';
import { createChartRenderer } from '../../src/chart/renderer.ts';
import type { Database } from '../../src/db/open.ts';
import { planCards } from '../../src/domain/plan-cards.ts';
import type { NewSignal } from '../../src/domain/signal.ts';
import type { LocalDiscord } from '../../src/sandbox/discord/server.ts';
import type { UiMessage } from '../../src/sandbox/discord/ui-protocol.ts';
import { startCheckedDiscord } from './local-discord.ts';
import { recordingLog } from './recording-log.ts';
import { aSignal } from './signals.ts';
import { placeNewCards } from './stored-desk.ts';
import { MIDSESSION, startYahooRig } from './yahoo.ts';

/** The whole bot over a local Discord and a local Yahoo; its jobs run only when a test calls them. */
export interface RunningDesk {
  readonly discord: LocalDiscord;
  readonly log: ReturnType<typeof recordingLog>;
  /** Epoch ms; a test may move it. */
  now: number;
  /** The newest bot; `restart` puts another in its place. */
  bot: Bot;
  restart(): Promise<void>;
  /** Records signals of one candle of NVDA 5m as a scan would, delivers their card, and gives its message. */
  postCard(...signals: readonly Partial<NewSignal>[]): Promise<UiMessage>;
  close(): Promise<void>;
}

/** Close of the newest 5m candle before `MIDSESSION`. */
const LAST_CLOSE = MIDSESSION - (MIDSESSION % 300_000);

export async function startRunningDesk(database: Database): Promise<RunningDesk> {
  const discord = await startCheckedDiscord({ rateLimits: 'off' });
  const rig = await startYahooRig();
  const log = recordingLog();
  const charts = createChartRenderer({ log });
  const exportDir = await mkdtemp(join(tmpdir(), 'oracore-exports-'));
  let cards = 0;

  const start = (market: MarketSource & QuoteSource): Promise<Bot> =>
    startBot({
      database,
      market,
      charts,
      exportDir,
      log,
      settings: {
        origin: 'sandbox',
        graceMs: 0,
        fetchDeadlineMs: 20_000,
        codeVersion: 'test',
        configHash: 'test',
        levelRule: 'atr',
        baselines: { seed: 'sandbox', rate: 0.02 },
        alertChannelId: discord.channels.alerts,
        digestChannelId: discord.channels.desk,
      },
      discord: {
        apiBase: discord.apiUrl,
        token: discord.token,
        guildId: discord.guildId,
        roles: { trader: [discord.roles.trader], admin: [discord.roles.administrator] },
      },
      clock: () => desk.now,
      schedule: 'manual',
      notice: 'Simulated prices',
      onFatal: (error) => log.error({ error }, 'fatal'),
    });

  const desk: Omit<RunningDesk, 'bot'> & { bot?: Bot } = {
    discord,
    log,
    now: MIDSESSION,
    async restart() {
      await desk.bot?.stop();
      desk.bot = await start(rig.source);
    },
    async postCard(...overrides) {
      const { stores } = database;
      // Each card has a candle of its own; all of them are fresh enough to be posted.
      const firedAt = LAST_CLOSE - 1000 * cards++;
      const { watch } = await stores.watches.add({
        ticker: 'NVDA',
        timeframe: '5m',
        params: { detectors: [], minScore: 0, sides: ['long', 'short'], cooldownMinutes: 30 },
        channelId: discord.channels.alerts,
        userId: discord.people.alice,
        startAfter: LAST_CLOSE - 600_000,
      });
      const signals = (overrides.length === 0 ? [{}] : overrides).map((more) =>
        aSignal({ firedAt, ...more }),
      );
      const runId = await stores.runs.start({
        kind: 'scan',
        startedAt: desk.now,
        codeVersion: 't',
        configHash: 't',
      });
      const rules = { params: watch.params, levelRule: 'atr', now: desk.now } as const;
      await stores.signals.recordScan({
        watch,
        scannedTo: (watch.lastScannedTs ?? 0) + 1,
        signals,
        cards: planCards(signals, rules),
        origin: 'sandbox',
        runId,
      });
      const before = new Set(discord.messages(discord.channels.alerts).map(({ id }) => id));
      if (desk.bot === undefined) throw new Error('the bot is not running');
      await placeNewCards(stores, desk.now);
      await deliverCards(desk.bot.desk.services, { by: 'test', clock: () => desk.now });
      const posted = discord.messages(discord.channels.alerts).find(({ id }) => !before.has(id));
      if (posted === undefined) throw new Error(`no card was posted: ${JSON.stringify(log.lines.slice(-3))}`);
      return posted;
    },
    async close() {
      await desk.bot?.stop();
      await charts.close();
      await rm(exportDir, { recursive: true });
      await rig[Symbol.asyncDispose]();
      await discord.close();
    },
  };
  desk.bot = await start(rig.source);
  return desk as RunningDesk;
}
