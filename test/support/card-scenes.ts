import { tendCards } from '../../src/app/cards/tend-cards.ts';
import type { Candle } from '../../src/domain/candle.ts';
import { planCards } from '../../src/domain/plan-cards.ts';
import type { NewSignal } from '../../src/domain/signal.ts';
import type { UiMessage } from '../../src/sandbox/discord/ui-protocol.ts';
import type { TestDatabase } from './database.ts';
import type { RunningDesk } from './running-desk.ts';
import { aSignal } from './signals.ts';

const CANDLE = 300_000;

/** What tests of a card's life do to a running desk. Its tickers are unknown to the market source. */
export interface CardScenes {
  /** Records one signal at 100 with a risk of 0.80 on a ticker, as a scan does; nothing is posted yet. */
  fire(ticker: string, signal?: Partial<NewSignal>): Promise<void>;
  /** Stores the next candle of a ticker; the clock goes to its close. */
  candle(ticker: string, shape: Partial<Candle>): Promise<void>;
  /** What the jobs do after a scan. */
  tend(): Promise<void>;
  /** Messages of the alerts channel that mention a ticker, oldest first. */
  about(ticker: string): UiMessage[];
  /** The card of a ticker. @throws Error when there is not exactly one. */
  card(ticker: string): UiMessage;
  rows(statement: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** Description of a card: where it stands and what happened. */
  state(message: UiMessage): string;
}

export function cardScenes(desk: RunningDesk, database: TestDatabase): CardScenes {
  const { stores, pool } = database;
  const alerts = desk.discord.channels.alerts;
  const opens = new Map<string, number>();
  const messages = () => desk.discord.messages(alerts);
  const about = (ticker: string) => messages().filter((message) => JSON.stringify(message).includes(ticker));
  return {
    async fire(ticker, signal = {}) {
      const firedAt = signal.firedAt ?? desk.now - (desk.now % CANDLE);
      const { watch } = await stores.watches.add({
        ticker,
        timeframe: signal.timeframe ?? '5m',
        params: { detectors: [], minScore: 0, sides: ['long', 'short'], cooldownMinutes: 30 },
        channelId: alerts,
        userId: desk.discord.people.alice,
        startAfter: firedAt - 1_000_000,
      });
      const signals = [aSignal({ firedAt, ...signal })];
      await stores.signals.recordScan({
        watch,
        scannedTo: (watch.lastScannedTs ?? 0) + 1,
        signals,
        cards: planCards(signals, { params: watch.params, levelRule: 'atr', now: desk.now }),
        origin: 'sandbox',
        runId: 'scenes',
      });
      opens.set(ticker, firedAt);
    },

    async candle(ticker, shape) {
      const ts = opens.get(ticker) ?? 0;
      const flat = { ts, open: 100, high: 100.2, low: 99.8, close: 100, volume: 1000, vwap: null };
      const candles = [{ ...flat, ...shape, ts: shape.ts ?? ts }];
      await stores.candles.store({ ticker, timeframe: '5m', source: 'scenes', candles, coverage: [] });
      opens.set(ticker, (shape.ts ?? ts) + CANDLE);
      desk.now = Math.max(desk.now, (shape.ts ?? ts) + CANDLE + 1000);
    },

    tend: () => tendCards(desk.bot.desk, { scanned: true }),
    about,
    card(ticker) {
      const found = about(ticker).filter((message) =>
        JSON.stringify(message.components).includes('card:enter'),
      );
      const [card, ...others] = found.filter(({ message_reference }) => message_reference === undefined);
      if (card === undefined || others.length > 0)
        throw new Error(`${others.length + (card ? 1 : 0)} cards of ${ticker}`);
      return card;
    },
    rows: async (statement, values = []) => (await pool.query(statement, values)).rows,
    state: (message) => desk.discord.message(message.id)?.embeds[0]?.description ?? '',
  };
}
