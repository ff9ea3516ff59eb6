import {
  candleEnd,
  candleSpans,
  latestSession,
  type Session,
  sessionsBetween,
} from '../../domain/calendar.ts';
import type { RawCandle } from '../../domain/candle.ts';
import { type FetchedTimeframe, TIMEFRAME_MINUTES } from '../../domain/timeframe.ts';
import { lastPrice } from './last-price.ts';
import type { Prices } from './prices.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Which of Yahoo's defects show; all of them unless said otherwise. */
export interface YahooDefects {
  /** The first row of an intraday answer has volume 0. */
  readonly firstRowVolume: boolean;
  /** The running candle shows: what it has so far, or nulls, and the last price with unaligned seconds. */
  readonly liveRow: boolean;
  /** After the close, a row at the very close with volume 0. */
  readonly closeRow: boolean;
}

export const ALL_DEFECTS: YahooDefects = { firstRowVolume: true, liveRow: true, closeRow: true };

export interface ChartRequest {
  readonly prices: Prices;
  readonly ticker: string;
  readonly timeframe: FetchedTimeframe;
  readonly from: number;
  readonly to: number;
  /** Epoch ms of the simulated present: nothing later shows. */
  readonly now: number;
  readonly includePrePost: boolean;
  readonly defects: YahooDefects;
}

/** The rows Yahoo would send, defects included (measured; see the README of the recorded responses). */
export function chartRows(request: ChartRequest): RawCandle[] {
  const rows = [...closedRows(request), ...unfinishedRows(request)];
  if (request.includePrePost && request.timeframe !== '1d') rows.push(...extendedRows(request));
  rows.sort((a, b) => a.ts - b.ts);
  const [first] = rows;
  if (first !== undefined && request.defects.firstRowVolume && request.timeframe !== '1d') {
    rows[0] = { ...first, volume: first.volume === null ? null : 0 };
  }
  return rows;
}

function closedRows({ prices, ticker, timeframe, from, to, now }: ChartRequest): RawCandle[] {
  return prices
    .candles(ticker, timeframe, from, Math.min(to, now))
    .filter(({ ts }) => candleEnd(ts, timeframe) <= now);
}

/** What stands at the end of an answer whose range reaches the present. */
function unfinishedRows(request: ChartRequest): RawCandle[] {
  const { prices, ticker, timeframe, to, now, defects } = request;
  const session = latestSession(now);
  const price = lastPrice(prices, ticker, now);
  const span = candleSpans(session, timeframe).find(({ ts, end }) => ts <= now && now < end);
  if (price === null || prices.candles(ticker, timeframe, session.open, now + 1).length === 0) return [];
  if (span === undefined) {
    const showsClose =
      defects.closeRow && timeframe !== '1d' && session.close < to && request.from <= session.close;
    return showsClose ? [flatRow(session.close, price)] : [];
  }
  if (!defects.liveRow || to <= span.ts || span.end <= request.from) return [];
  const second = Math.floor(now / SECOND) * SECOND;
  const soFar = partOf(request, span.ts);
  if (timeframe === '1d') return soFar === null ? [] : [{ ...soFar, ts: second }];
  const aligned = soFar ?? { ts: span.ts, open: null, high: null, low: null, close: null, volume: null };
  return second === span.ts ? [flatRow(second, price)] : [aligned, flatRow(second, price)];
}

/** What a running candle has traded so far, as far as minutes tell; null when nothing. */
function partOf({ prices, ticker, timeframe, now }: ChartRequest, ts: number): RawCandle | null {
  if (timeframe === '1m') return null;
  const minutes = prices.candles(ticker, '1m', ts, now).filter((minute) => minute.ts + MINUTE <= now);
  const [first] = minutes;
  const last = minutes.at(-1);
  if (first === undefined || last === undefined) return null;
  return {
    ts,
    open: first.open,
    high: Math.max(...minutes.map(({ high }) => high ?? 0)),
    low: Math.min(...minutes.map(({ low }) => low ?? Number.POSITIVE_INFINITY)),
    close: last.close,
    volume: minutes.reduce((sum, { volume }) => sum + (volume ?? 0), 0),
  };
}

function flatRow(ts: number, price: number): RawCandle {
  return { ts, open: price, high: price, low: price, close: price, volume: 0 };
}

/** Extended hours: volume 0 throughout, and now and then a bad print far from the price. */
function extendedRows(request: ChartRequest): RawCandle[] {
  const { from, to, now, timeframe } = request;
  const step = TIMEFRAME_MINUTES[timeframe] * MINUTE;
  const rows: RawCandle[] = [];
  for (const session of sessionsBetween(from - 4 * 60 * MINUTE, to + 6 * 60 * MINUTE)) {
    for (const { begin, end, price } of extendedHours(request, session)) {
      for (let ts = begin; ts < end; ts += step) {
        if (ts < from || ts >= to || ts + step > now) continue;
        const isBadPrint = (ts / step) % 17 === 0;
        rows.push({ ...flatRow(ts, price), low: isBadPrint ? price * 0.95 : price });
      }
    }
  }
  return rows;
}

function extendedHours(request: ChartRequest, session: Session) {
  const candles = request.prices.candles(request.ticker, request.timeframe, session.open, session.close);
  const before = candles[0]?.open ?? null;
  const after = candles.at(-1)?.close ?? null;
  if (before === null || after === null) return [];
  const fourInTheMorning = session.open - 330 * MINUTE;
  const eightInTheEvening = session.open + 630 * MINUTE;
  return [
    { begin: fourInTheMorning, end: session.open, price: before },
    { begin: session.close, end: eightInTheEvening, price: after },
  ];
}
