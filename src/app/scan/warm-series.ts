import type { Candle } from '../../domain/candle.ts';
import { MARKET_TICKER, VOLATILITY_TICKER } from '../../domain/ticker.ts';
import type { CandleStore, Watch } from '../ports.ts';
import type { DueWatch } from './find-scannable.ts';
import { createMarketMemory, type SeriesMemory, warmUp } from './series-memory.ts';

/** What a scanner keeps between scans: only ever a shortcut, for the cursor in the database decides. */
export interface WarmSeries {
  /**
   * Call when all candles of a scan are stored: drops what history was revised under, follows the market, and
   * reads at once what is new in the larger timeframes of what is due.
   */
  refresh(active: readonly Watch[], due: readonly DueWatch[]): Promise<void>;
  /** A memory that fits the cursor, warmed up anew where none is kept. It is kept again only by `keep`. */
  take(due: DueWatch): Promise<SeriesMemory>;
  keep(watchId: number, cursor: number, memory: SeriesMemory): void;
}

interface Kept {
  readonly memory: SeriesMemory;
  /** The cursor that the memory fits. */
  readonly cursor: number;
  /** What has come of its larger timeframes and was not put yet. */
  readonly more: readonly (readonly Candle[])[];
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

  const readLarger = async (due: readonly DueWatch[]): Promise<void> => {
    const wanted = due.flatMap(({ watch: { id }, cursor }) =>
      (kept.get(id)?.memory.larger ?? []).map((series) => ({ id, span: series.next(cursor) })),
    );
    const found = await candles.readAll(wanted.map(({ span }) => span));
    const more = Map.groupBy(found.keys(), (index) => wanted[index]?.id);
    for (const [id, entry] of kept)
      kept.set(id, { ...entry, more: (more.get(id) ?? []).map((index) => found[index] ?? []) });
  };

  return {
    async refresh(active, due) {
      const oldestCursor = Math.min(...due.map(({ cursor }) => cursor));
      if (oldestCursor < marketBegin) forgetAll(oldestCursor);
      const warm = due.filter(({ watch, cursor }) => kept.get(watch.id)?.cursor === cursor);
      const follow = () => market.follow(candles, marketBegin);
      const [revised] = await Promise.all([revisedTickers(), follow(), readLarger(warm)]);
      if (revised.has(MARKET_TICKER) || revised.has(VOLATILITY_TICKER)) {
        forgetAll(oldestCursor);
        await follow();
      }
      const tickers = new Map(active.map(({ id, ticker }) => [id, ticker]));
      for (const id of kept.keys()) {
        const ticker = tickers.get(id);
        if (ticker === undefined || revised.has(ticker)) kept.delete(id);
      }
    },

    async take({ watch, cursor }) {
      const known = kept.get(watch.id);
      kept.delete(watch.id);
      if (known?.cursor !== cursor) return warmUp(candles, { ...watch, through: cursor }, market);
      for (const [index, series] of known.memory.larger.entries()) series.put(known.more[index] ?? []);
      return known.memory;
    },

    keep: (watchId, cursor, memory) => void kept.set(watchId, { memory, cursor, more: [] }),
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
