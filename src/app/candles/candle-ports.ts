import type { CandleSpan } from '../../domain/calendar.ts';
import type { Candle, PriceCandle } from '../../domain/candle.ts';
import type { SeriesKey } from '../../domain/series-key.ts';
import type { Timeframe } from '../../domain/timeframe.ts';

/* What candles need from the database: part of `ports.ts`, and said in the same units. */

/** One session of one series that was fetched or imported. */
export interface SessionCoverage {
  /** New York date, `YYYY-MM-DD`. */
  readonly date: string;
  /** Candles that close at or before this are all there; one that is absent had no trade. */
  readonly coveredThrough: number;
}

export interface CandleBatch extends SeriesKey, KnownSymbol {
  /** `yfinance`, `built:5m`, or the name given to an import. */
  readonly source: string;
  /** Validated, oldest first, unique. */
  readonly candles: readonly Candle[];
  readonly coverage: readonly SessionCoverage[];
}

export interface StoreCounts {
  readonly inserted: number;
  /** Rows whose values differed and were replaced; each is in `candle_revisions` when it lay inside coverage. */
  readonly changed: number;
  readonly unchanged: number;
}

export interface CandleRange {
  /** Inclusive. */
  readonly from?: number;
  /** Inclusive. */
  readonly to?: number;
  /** Only the newest so many (still answered oldest first). */
  readonly last?: number;
}

/** Candles of a series between two moments, both inclusive; without an end, all from the first on. */
export interface SeriesSpan extends SeriesKey {
  readonly from: number;
  readonly to?: number;
}

/** Sessions of a series between two New York dates, both inclusive. */
export interface SeriesSessions extends SeriesKey {
  readonly fromDate: string;
  readonly toDate: string;
}

export interface CandleStore {
  /** Upserts through a staging table. A built candle never replaces a fetched or imported one. */
  store(batch: CandleBatch): Promise<StoreCounts>;
  /** The same for batches of different series in one transaction: all of them are stored or none. Counts in their order. */
  storeAll(batches: readonly CandleBatch[]): Promise<StoreCounts[]>;
  /** Several series in one statement, in the order asked; one may be asked for more than once. */
  readAll(wanted: readonly SeriesSpan[]): Promise<Candle[][]>;
  read(series: SeriesKey, range?: CandleRange): Promise<Candle[]>;
  /** The same without what labels have no use for, oldest first; both ends inclusive. */
  readPrices(
    series: SeriesKey,
    range: { readonly from: number; readonly to: number },
  ): Promise<PriceCandle[]>;
  /** Candles that open within any of some spans (`ts <= open < end`), oldest first. */
  readWithin(series: SeriesKey, spans: readonly CandleSpan[]): Promise<Candle[]>;
  /** Covered sessions between two New York dates, both inclusive, oldest first. */
  coverage(series: SeriesKey, fromDate: string, toDate: string): Promise<SessionCoverage[]>;
  /** The same for several series in one statement, in the order asked. */
  coverageOf(wanted: readonly SeriesSessions[]): Promise<SessionCoverage[][]>;
  /** When the oldest signal or baseline of a ticker fired that may still lack a label; null when none does. */
  neededFrom(ticker: string): Promise<number | null>;
  /** Drops candles that open before a moment, with their coverage and gaps. @returns how many candles. */
  drop(series: SeriesKey, before: number, now: number): Promise<number>;
  /** All stored series. */
  series(): Promise<SeriesKey[]>;
  /** Where a ticker's candles that open before a moment (epoch ms) come from, each timeframe and source once. */
  kinds(
    ticker: string,
    before: number,
  ): Promise<{ readonly timeframe: Timeframe; readonly source: string }[]>;
  /** Whether a covered candle that opens in a span (both ends inclusive) was changed or added after `since`, or ever. */
  wasRevised(
    series: SeriesKey,
    span: { readonly from: number; readonly to: number; readonly since: number | null },
  ): Promise<boolean>;
  /**
   * Tickers whose covered candles were changed or added to since a mark, by whatever process; none for
   * the mark null. `last` is the next mark. A change that commits late may have a mark below it.
   */
  revisedAfter(mark: number | null): Promise<{ readonly last: number; readonly tickers: readonly string[] }>;
}

/** A ticker and what the source says of it. */
export interface KnownSymbol {
  readonly ticker: string;
  readonly exchange?: string | null;
}

export interface SymbolStore {
  /** Finds or creates by ticker; fills an unknown exchange in place. @returns the row id. */
  resolve(ticker: string, known?: Omit<KnownSymbol, 'ticker'>): Promise<number>;
  /** The same for many. @returns row ids by ticker. */
  resolveAll(wanted: readonly KnownSymbol[]): Promise<ReadonlyMap<string, number>>;
  /** Tickers that begin with the text, watched ones first. */
  suggest(prefix: string, limit: number): Promise<string[]>;
}
