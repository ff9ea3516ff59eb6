import { OraError } from './errors.ts';

/** Candle lengths, shortest first. `1d` is context only: no watch scans it. */
export const TIMEFRAMES = ['1m', '5m', '15m', '1h', '4h', '5h', '1d'] as const;
export type Timeframe = (typeof TIMEFRAMES)[number];

/** Timeframes that a watch may scan and a signal may carry. */
export const SIGNAL_TIMEFRAMES = ['1m', '5m', '15m', '1h', '4h', '5h'] as const;
export type SignalTimeframe = (typeof SIGNAL_TIMEFRAMES)[number];

/** Timeframes that a market-data source is asked for; the others are always built. */
export const FETCHED_TIMEFRAMES = ['1m', '5m', '15m', '1h', '1d'] as const;
export type FetchedTimeframe = (typeof FETCHED_TIMEFRAMES)[number];

/** Nominal length in minutes. A candle at the end of a session is shorter; `1d` is one regular session. */
export const TIMEFRAME_MINUTES: Readonly<Record<Timeframe, number>> = {
  '1m': 1,
  '5m': 5,
  '15m': 15,
  '1h': 60,
  '4h': 240,
  '5h': 300,
  '1d': 390,
};

/** The larger timeframes whose trend `multi_tf_confirmation` sums, per scanned timeframe. */
export const HIGHER_TIMEFRAMES: Readonly<Record<Timeframe, readonly Timeframe[]>> = {
  '1m': ['5m', '15m'],
  '5m': ['15m', '1h'],
  '15m': ['1h', '4h'],
  '1h': ['4h', '1d'],
  '4h': ['1d'],
  '5h': ['1d'],
  '1d': [],
};

/** Narrows text from outside. */
export function isTimeframe(text: string): text is Timeframe {
  return (TIMEFRAMES as readonly string[]).includes(text);
}

/** @throws OraError `bad_input` when the text is not a timeframe. */
export function parseTimeframe(text: string): Timeframe {
  if (isTimeframe(text)) return text;
  throw new OraError('bad_input', `"${text}" is not a timeframe. Use one of ${TIMEFRAMES.join(', ')}.`);
}

/** @throws OraError `bad_input` when the text is not a timeframe that can be scanned. */
export function parseSignalTimeframe(text: string): SignalTimeframe {
  const found = SIGNAL_TIMEFRAMES.find((timeframe) => timeframe === text);
  if (found === undefined) {
    throw new OraError(
      'bad_input',
      `"${text}" is not a timeframe. Use one of ${SIGNAL_TIMEFRAMES.join(', ')}.`,
    );
  }
  return found;
}
