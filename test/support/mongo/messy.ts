import { Decimal128, type Document, Double, Int32, Long, ObjectId } from 'bson';
import { sessionsBetween } from '../../../src/domain/calendar.ts';
import { DEFAULT_MAPPING } from '../../../src/domain/legacy/default-mapping.ts';
import type { LegacyMapping, SignalMapping } from '../../../src/domain/legacy/mapping.ts';
import type { RejectionCode } from '../../../src/domain/legacy/reasons.ts';
import { at } from '../builders.ts';

/** A document with a known defect, or with none, and what is to become of it. */
export interface MessyDocument {
  readonly collection: 'scanner_hits' | 'prediction_data' | 'trade_logs';
  readonly document: Document;
  /** Under `statedMapping()`. */
  readonly expected: 'written' | RejectionCode;
  /** Under the default mapping, which states nothing. */
  readonly unstated?: RejectionCode;
}

const TICKERS = [
  ...['AAPL', 'MSFT', 'NVDA', 'AMZN', 'META', 'GOOG', 'TSLA', 'AMD', 'JPM', 'BAC'],
  ...['XOM', 'CVX', 'WMT', 'COST', 'NKE', 'DIS', 'NFLX', 'INTC', 'BRK-B', 'SPY'],
];
const SESSIONS = sessionsBetween(at('2022-01-03T00:00:00Z'), at('2023-12-31T00:00:00Z')).filter(
  ({ isHalfDay }) => !isHalfDay,
);
const CANDLES = 78;
const FIVE_MINUTES = 300_000;

/** The mapping of an operator who answered every question of preflight. */
export function statedMapping(): LegacyMapping {
  const {
    scanner_hits: hits,
    prediction_data: predictions,
    trade_logs: trades,
  } = DEFAULT_MAPPING.collections;
  const at5m = (rules: SignalMapping): SignalMapping => ({
    ...rules,
    fields: { ...rules.fields, timeframe: { ...rules.fields.timeframe, default: '5m' } },
  });
  if (hits?.to !== 'signals' || predictions?.to !== 'signals' || trades === undefined)
    throw new Error('no default');
  return {
    ...DEFAULT_MAPPING,
    times: { zone: 'America/New_York', dateOrder: 'mdy', dateOnly: 'close' },
    collections: { scanner_hits: at5m(hits), prediction_data: at5m(predictions), trade_logs: trades },
  };
}

/**
 * So many documents as an unvalidated MongoDB has them: every type a time and a number can have, every
 * defect, ids of several types. The same for the same number, in an order that is not that of their ids.
 */
export function* messyDocuments(count: number): Generator<MessyDocument> {
  for (let index = 0; index < count; index += 1) {
    const kind = index % 20;
    const made = kind < 12 ? aHit(index) : kind < 17 ? aPrediction(index) : aTrade(index);
    yield { ...made, document: { _id: idOf(index), ...made.document } };
  }
}

type Made = Omit<MessyDocument, 'document'> & { readonly document: Document };

/** ObjectIds, texts and numbers side by side. */
function idOf(index: number): unknown {
  if (index % 17 === 3) return `hit-${index}`;
  if (index % 29 === 5) return new Int32(index);
  return new ObjectId(`65${index.toString(16).padStart(10, '0')}${'0'.repeat(12)}`);
}

function slot(index: number): { readonly ticker: string; readonly ts: number; readonly date: string } {
  const place = Math.floor(index / TICKERS.length);
  const session = SESSIONS[Math.floor(place / CANDLES) % SESSIONS.length];
  if (session === undefined) throw new Error('no session');
  return {
    ticker: TICKERS[index % TICKERS.length] ?? 'SPY',
    ts: session.open + (place % CANDLES) * FIVE_MINUTES,
    date: session.date,
  };
}

const iso = (ms: number) => new Date(ms).toISOString();
/** New York wall clock, `2022-01-03 10:35:00`. */
function wall(ms: number): string {
  const parts = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'America/New_York',
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return parts.format(ms);
}

function aHit(index: number): Made {
  // Every 20 documents there are 12 hits; each of their 20 shapes comes in turn.
  const shape = (Math.floor(index / 20) * 12 + (index % 20)) % 20;
  const { ticker, ts } = slot(index);
  const when = ts + FIVE_MINUTES;
  const price = 100 + (index % 9973) / 100;
  const base: Document = {
    ticker,
    timeframe: '5m',
    timestamp: new Date(when),
    scanner: 'Breakout',
    side: 'long',
    price: new Double(price),
    score: new Double(0.75),
    roi: new Double(0.021),
  };
  const hit = (
    changes: Document,
    expected: MessyDocument['expected'] = 'written',
    unstated?: RejectionCode,
  ): Made => ({
    collection: 'scanner_hits',
    document: { ...base, ...changes },
    expected,
    ...(unstated !== undefined && { unstated }),
  });
  const { ticker: _ticker, timestamp: _timestamp, price: _price, timeframe: _timeframe, ...rest } = base;
  const bare = (
    changes: Document,
    expected: MessyDocument['expected'] = 'written',
    unstated?: RejectionCode,
  ): Made => ({
    collection: 'scanner_hits',
    document: { ...rest, ...changes },
    expected,
    ...(unstated !== undefined && { unstated }),
  });
  const shapes: readonly (() => Made)[] = [
    () => hit({}),
    () => hit({ timestamp: iso(when), price: price.toFixed(2) }),
    () => hit({ timestamp: new Int32(when / 1000), price: `$${price.toFixed(2)}` }),
    () => hit({ timestamp: Long.fromNumber(when), price: new Int32(Math.round(price)) }),
    () => hit({ timestamp: String(when / 1000), score: '75%' }),
    () => hit({ timestamp: wall(when) }, 'written', 'time_zone_unstated'),
    () => hit({ timestamp: `${wall(when)} America/New_York` }),
    () =>
      bare({
        symbol: ticker.toLowerCase(),
        timestamp: new Date(when),
        timeframe: '5min',
        price: Decimal128.fromString('101.250000'),
      }),
    () =>
      bare({
        ticker,
        timestamp: new Date(when),
        interval: '5m',
        price: { last: price, source: 'yahoo' },
        meta: { run: { n: 7 } },
      }),
    () => hit({ note: 'nul\0 and ünicode', tags: ['a', 'b'], roi: '5%', timestamp: new Double(when) }),
    () => hit({ side: 'BUY', direction: 'n/a' }),
    () => bare({ ticker, timestamp: new Date(when), price }, 'written', 'timeframe_unstated'),
    () => hit({ timestamp: usTime(when) }, 'written', 'date_order_unstated'),
    () => ({
      ...hit(
        { timestamp: dateOfShape(index), scanner: `Daily ${Math.floor(index / (100 * SESSIONS.length))}` },
        'written',
        'date_only',
      ),
    }),
    () => hit({ price: 'abc' }, 'not_a_number'),
    () => bare({ timestamp: new Date(when), timeframe: '5m', price }, 'ticker_missing'),
    () => hit({ price: new Double(Number.NaN) }),
    () => hit({ timestamp: 'soon' }, 'time_unreadable'),
    () => hit({ score: new Int32(87) }, 'score_out_of_range'),
    () => hit({ side: 'sideways' }, 'unknown_value'),
  ];
  return pick(shapes, shape);
}

/** A session's date that no other hit of the ticker has. */
function dateOfShape(index: number): string {
  return SESSIONS[Math.floor(index / 100) % SESSIONS.length]?.date ?? '2022-01-03';
}

function usTime(ms: number): string {
  const [date = '', time = ''] = wall(ms).split(' ');
  const [year, month, day] = date.split('-');
  return `${month}/${day}/${year} ${time}`;
}

function aPrediction(index: number): Made {
  const shape = (Math.floor(index / 20) * 5 + (index % 20) - 12) % 7;
  const { ticker, ts } = slot(index);
  const close = 100 + (index % 977) / 100;
  const candle = {
    open: close - 0.1,
    high: close + 0.5,
    low: close - 0.5,
    close,
    volume: Long.fromNumber(12_345),
  };
  const base: Document = {
    ticker,
    interval: '5m',
    timestamp: new Date(ts),
    prediction: 'UP',
    probability: 0.81,
    model: 'xgb',
    ...candle,
  };
  const { prediction: _prediction, probability: _probability, ...candleOnly } = base;
  const made = (document: Document, expected: MessyDocument['expected'] = 'written'): Made => ({
    collection: 'prediction_data',
    document,
    expected,
  });
  const shapes: readonly (() => Made)[] = [
    () => made(base),
    () => made({ ...base, prediction: 'DOWN', probability: Decimal128.fromString('0.6125') }),
    () => made(candleOnly),
    () => made({ ...base, high: close - 1 }, 'candle_invalid'),
    () => made({ ...base, timestamp: new Date(ts + 61_000) }, 'candle_invalid'),
    () => made({ ticker, interval: '5m', timestamp: new Date(ts), prediction: 'UP', price: String(close) }),
    () => made({ ...base, timestamp: new Date(Date.UTC(1999, 0, 4)) }, 'time_out_of_range'),
  ];
  return pick(shapes, shape);
}

function aTrade(index: number): Made {
  const shape = (Math.floor(index / 20) * 3 + (index % 20) - 17) % 8;
  const { ticker, ts } = slot(index);
  const price = 50 + (index % 1009) / 100;
  const made = (document: Document, expected: MessyDocument['expected'] = 'written'): Made => ({
    collection: 'trade_logs',
    document: { symbol: ticker, ...document },
    expected,
  });
  const nested = {
    side: 'long',
    size: 100,
    entry: { price, time: new Date(ts) },
    exit: { price: price + 1, time: new Date(ts + 3_600_000) },
    roi: 0.02,
  };
  const shapes: readonly (() => Made)[] = [
    () => made(nested),
    () =>
      made({
        action: 'BUY',
        qty: '1,200',
        price: price.toFixed(2),
        timestamp: Math.floor(ts / 1000),
        fees: 1.25,
      }),
    () =>
      made({
        action: 'SELL',
        qty: new Int32(50),
        price: Decimal128.fromString('51.2'),
        timestamp: Long.fromNumber(ts),
      }),
    () => made({ ...nested, exit: null }),
    () => made({ action: 'BUY', price, timestamp: new Date(ts) }, 'quantity_missing'),
    () => made({ ...nested, exit: { price: price + 1 } }, 'exit_time_missing'),
    () => made({ ...nested, size: -5 }, 'not_positive'),
    () =>
      made({
        side: 'short',
        quantity: 10,
        entry_price: price,
        exit_price: price - 1,
        date: iso(ts),
        exit_date: iso(ts + 60_000),
        pnl: 'n/a',
      }),
  ];
  return pick(shapes, shape);
}

function pick(shapes: readonly (() => Made)[], index: number): Made {
  const shape = shapes[index];
  if (shape === undefined) throw new Error(`no shape ${index}`);
  return shape();
}

/** Documents that are about the same event as one before: word by word, and with another price. */
export function twinsOf(original: MessyDocument): {
  readonly duplicate: Document;
  readonly conflict: Document;
} {
  return {
    duplicate: { ...original.document, _id: new ObjectId('f'.repeat(24)) },
    conflict: { ...original.document, _id: new ObjectId(`${'f'.repeat(23)}e`), price: 1 },
  };
}
