import type { RawCandle } from '../../domain/candle.ts';
import type { Quote } from '../../domain/quote.ts';
import type { FetchedTimeframe } from '../../domain/timeframe.ts';

/* What bringing in candles needs from a vendor of them; the conventions of ports.ts hold here too. */

export interface FetchRequest {
  readonly ticker: string;
  readonly timeframe: FetchedTimeframe;
  /** First candle open wanted. */
  readonly from: number;
  /** Nothing that closes after this moment is returned. */
  readonly to: number;
  readonly signal?: AbortSignal;
}

export interface FetchedSeries {
  /** As the source gave them, first-row and live-row defects already handled, not yet validated. */
  readonly rows: readonly RawCandle[];
  /** When it answered by its own clock, epoch ms; null when it does not say. */
  readonly asOf: number | null;
  /** Candles with `ts` at or after this were really asked for: the source's reach may begin later than `from`. */
  readonly reachedFrom: number;
  /**
   * Split ratios since `from`, by the session's date: each rewrites older history. Some may lie a little before
   * `from`: that is how one that is told late is heard of.
   */
  readonly splits: readonly { readonly at: number; readonly ratio: number }[];
  /** Dividends with an ex-date since `from` or a little before, USD a share. Prices are not adjusted for them. */
  readonly dividends: readonly { readonly at: number; readonly amount: number }[];
  /** Exchange code and currency as the source names them. */
  readonly exchange: string | null;
  readonly currency: string | null;
}

/** A vendor of candles. A plug-in: one file under src/market/, one line in its `all.ts`. */
export interface MarketSource {
  /** Written to `candles.source`: `yfinance`. */
  readonly name: string;
  /**
   * @throws OraError `not_found` for an unknown ticker, `unavailable` when the source does not
   * answer in time or refuses, `bad_input` for a currency other than USD.
   */
  fetch(request: FetchRequest): Promise<FetchedSeries>;
  /** Least time between two requests, ms; left out, none. */
  readonly spacingMs?: number;
  /** How far back a series is brought in and kept up, in days, per timeframe. */
  readonly reachDays: Readonly<Record<FetchedTimeframe, number>>;
  /** How far back it keeps candles at all, in days: at least `reachDays`. */
  readonly historyDays: Readonly<Record<FetchedTimeframe, number>>;
  /** How many days it is best asked for at once. */
  readonly requestDays: Readonly<Record<FetchedTimeframe, number>>;
}

/** Bid and ask, best effort. */
export interface QuoteSource {
  /** Null when there is none within the deadline; never throws. */
  quote(ticker: string): Promise<Quote | null>;
  /** The same for several in one request. @returns those there are, by ticker. */
  quoteAll(tickers: readonly string[]): Promise<ReadonlyMap<string, Quote>>;
}
