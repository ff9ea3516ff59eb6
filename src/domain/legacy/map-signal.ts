import { candleEnd } from '../calendar.ts';
import { checkCandles } from '../check-candles.ts';
import { isTimeframe, SIGNAL_TIMEFRAMES, type SignalTimeframe } from '../timeframe.ts';
import type { CandleFacts, SignalFacts } from './facts.ts';
import type { Found } from './field-reader.ts';
import { type MapContext, readAt, readPrice, readTicker } from './map-fields.ts';
import { CANDLE_FIELDS, type CandleField, type FieldRule, type SignalMapping } from './mapping.ts';
import { plainText, readDecimal, show, toMoney } from './read-decimal.ts';
import { Rejected } from './reasons.ts';

/** Reads what a scanner or a model saw, and the candle it looked at where the document holds one. */
export function mapSignal(
  rules: SignalMapping,
  context: MapContext,
): { readonly signal: SignalFacts | null; readonly candle: CandleFacts | null } {
  const { fields } = rules;
  const ticker = readTicker(fields.ticker, context);
  const timeframe = readTimeframe(fields.timeframe, context);
  const seenAt = readAt(fields.at, context);
  const candle = readCandle(rules, context, { ticker, timeframe, at: seenAt });
  const isSignal =
    candle === null ||
    rules.signalNeeds.length === 0 ||
    rules.signalNeeds.some((field) => context.reader.peek(fields[field]) !== null);
  if (!isSignal) return { signal: null, candle };
  const at = candle === null ? seenAt : candleEnd(candle.at, timeframe);
  return { signal: readSignal(rules, context, { ticker, timeframe, at }), candle };
}

type Where = { readonly ticker: string; readonly timeframe: SignalTimeframe; readonly at: number };

function readSignal({ fields }: SignalMapping, context: MapContext, where: Where): SignalFacts {
  const { reader, detectorPrefix } = context;
  return {
    ...where,
    side: reader.text(fields.side),
    detector: `${detectorPrefix}${slug(reader.text(fields.detector) ?? 'scan')}`,
    version: (reader.text(fields.version) ?? 'legacy').slice(0, 40),
    price: readPrice(fields.price, context),
    score: readScore(fields.score, context),
    bid: readPrice(fields.bid, context),
    ask: readPrice(fields.ask, context),
    relVolume: readRelVolume(fields.relVolume, context),
  };
}

/** `RSI Reversal (v2)` becomes `rsi_reversal_v2`. */
function slug(text: string): string {
  const bare = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  if (bare === '') throw new Rejected('unknown_value', `the detector is "${text.slice(0, 40)}"`);
  return bare.slice(0, 40);
}

function readTimeframe(rule: FieldRule, { reader }: MapContext): SignalTimeframe {
  const text = reader.text(rule);
  const found = SIGNAL_TIMEFRAMES.find((each) => each === text);
  if (found !== undefined) return found;
  if (text === null) throw new Rejected('timeframe_unstated', `none of ${rule.from.join(', ')} is there`);
  throw new Rejected('unknown_value', `the timeframe "${text.slice(0, 40)}" is none that a signal can have`);
}

function readScore(rule: FieldRule, { reader }: MapContext): string | null {
  const found = reader.find(rule);
  if (found === null) return null;
  const score = readDecimal(found.path, found.value).times(rule.scale ?? 1);
  if (score.lessThan(0) || score.greaterThan(1)) {
    throw new Rejected('score_out_of_range', `${found.path} is ${show(found.value)}`);
  }
  return plainText(score.toDecimalPlaces(12));
}

function readRelVolume(rule: FieldRule, { reader }: MapContext): string | null {
  const found = reader.find(rule);
  return found === null ? null : toMoney(found.path, readDecimal(found.path, found.value));
}

/**
 * A candle needs all five; with fewer there is none. The fields stay in `legacy` too: where a better source
 * has that candle, they are nowhere else.
 */
function readCandle(rules: SignalMapping, context: MapContext, where: Where): CandleFacts | null {
  if (rules.candle === null || !isTimeframe(where.timeframe)) return null;
  const values: Partial<Record<CandleField, Found>> = {};
  for (const field of CANDLE_FIELDS) {
    const found = context.reader.peek(rules.candle[field]);
    if (found === null) return null;
    values[field] = found;
  }
  const numbers = numbersOf(values as Record<CandleField, Found>);
  checkCandle(where, numbers, context.times.now);
  return { ...where, ...numbers };
}

function numbersOf(values: Record<CandleField, Found>): Record<CandleField, string> {
  const read = ({ path, value }: Found) => toMoney(path, readDecimal(path, value));
  const { open, high, low, close, volume } = values;
  return { open: read(open), high: read(high), low: read(low), close: read(close), volume: read(volume) };
}

/** By the rule every candle has to pass: on the grid of a regular session, closed, prices in order. */
function checkCandle(where: Where, numbers: Record<CandleField, string>, now: number): void {
  const row = {
    ts: where.at,
    open: Number(numbers.open),
    high: Number(numbers.high),
    low: Number(numbers.low),
    close: Number(numbers.close),
    volume: Number(numbers.volume),
  };
  const { candles, rejected } = checkCandles([row], { timeframe: where.timeframe, now, graceMs: 0 });
  if (candles.length === 1 && Number.isInteger(row.volume)) return;
  const why = Object.keys(rejected)[0] ?? 'part of a share was traded';
  throw new Rejected(
    'candle_invalid',
    `${where.ticker} ${where.timeframe} ${new Date(where.at).toISOString()}: ${why.replaceAll('_', ' ')}`,
  );
}
