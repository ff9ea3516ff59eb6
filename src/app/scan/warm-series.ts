import { MARKET_TICKER, VOLATILITY_TICKER } from '../../domain/ticker.ts';
import type { CandleStore } from '../ports.ts';
import type { DueWatch } from './find-scannable.ts';
import { createMarketMemory, follow, type SeriesMemory, warmUp } from './series-memory.ts';

/** What a scanner keeps between scans: only ever a shortcut, for the cursor in the database decides. */
export interface WarmSeries {
  /**
   * Call when all candles of a scan are stored: drops what history was revised under or is no longer among the
   * `active` watches, follows the market, and reads at once what is new in the larger timeframes of what is due.
   */
  refresh(scan: WarmScan): Promise<void>;
  /** A memory that fits the cursor, warmed up anew where none is kept. It is kept again only by `keep`. */
  take(due: DueWatch): Promise<SeriesMemory>;
  keep(due: DueWatch, memory: SeriesMemory): void;
}

/** What is warmed up for. */
export interface WarmScan {
  /** Ids of all active watches. */
  readonly active: readonly number[];
  readonly due: readonly DueWatch[];
  /** Epoch ms. */
  readonly now: number;
}

interface Kept {
  readonly memory: SeriesMemory;
  /** The cursor that the memory fits. */
  readonly cursor: number;
  readonly ticker: string;
}

/** An empty one: everything warms up at its first use. */
export function createWarmSeries(candles: CandleStore): WarmSeries {
  const kept = new Map<number, Kept>();
  const revisedTickers = createRevisionWatch(candles);
  let market = createMarketMemory();
  let marketBegin = Number.POSITIVE_INFINITY;

  const forgetAll = (oldestCursor: number): void => {
    kept.clear();
    market = createMarketMemory();
    marketBegin = oldestCursor;
  };

  /** At most closes nothing is read, for no larger candle has closed. */
  const followLarger = (due: readonly DueWatch[], now: number): Promise<void> => {
    const warm = due.flatMap(({ watch: { id }, cursor }) => {
      const known = kept.get(id);
      return known?.cursor === cursor ? known.memory.larger.map((series) => ({ series, since: cursor })) : [];
    });
    return follow(candles, warm, now);
  };

  return {
    async refresh({ active, due, now }) {
      const oldestCursor = Math.min(...due.map(({ cursor }) => cursor));
      if (oldestCursor < marketBegin) forgetAll(oldestCursor);
      const followMarket = () => market.follow(candles, marketBegin, now);
      const [revised] = await Promise.all([revisedTickers(), followMarket(), followLarger(due, now)]);
      if (revised.has(MARKET_TICKER) || revised.has(VOLATILITY_TICKER)) {
        forgetAll(oldestCursor);
        await followMarket();
      }
      const watched = new Set(active);
      for (const [id, { ticker }] of kept) if (!watched.has(id) || revised.has(ticker)) kept.delete(id);
    },

    async take({ watch, cursor }) {
      const known = kept.get(watch.id);
      kept.delete(watch.id);
      return known?.cursor === cursor ? known.memory : warmUp(candles, { ...watch, through: cursor }, market);
    },

    keep: ({ watch: { id, ticker }, cursor }, memory) => void kept.set(id, { memory, cursor, ticker }),
  };
}

/**
 * Tells whose stored history was revised since it was asked before, whoever did it: this scan, a chart,
 * an import, another process. Each revision is told twice, so that one whose transaction was still open
 * when a newer one had committed is not missed.
 */
function createRevisionWatch(candles: CandleStore): () => Promise<ReadonlySet<string>> {
  let older: number | null = null;
  let newer: number | null = null;
  return async () => {
    const { last, tickers } = await candles.revisedAfter(older);
    older = newer ?? last;
    newer = last;
    return new Set(tickers);
  };
}
