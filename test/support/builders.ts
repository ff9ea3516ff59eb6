import { candleSpans, type Session, sessionOn, sessionsBetween } from '../../src/domain/calendar.ts';
import type { Candle, RawCandle } from '../../src/domain/candle.ts';
import type { Timeframe } from '../../src/domain/timeframe.ts';

/** Epoch ms of an ISO time. */
export function at(iso: string): number {
  const ts = Date.parse(iso);
  if (Number.isNaN(ts)) throw new Error(`no time: ${iso}`);
  return ts;
}

/** The session of a date that has one. */
export function aSession(date = '2024-01-02'): Session {
  const session = sessionOn(date, '1d');
  if (session === null) throw new Error(`no session on ${date}`);
  return session;
}

/** One candle at 100 USD, 09:30 New York on 2 January 2024. */
export function aCandle(overrides: Partial<Candle> = {}): Candle {
  const close = overrides.close ?? 100;
  return {
    ts: at('2024-01-02T14:30:00Z'),
    open: close,
    high: Math.max(overrides.open ?? close, close) + 0.5,
    low: Math.min(overrides.open ?? close, close) - 0.5,
    close,
    volume: 1000,
    vwap: null,
    ...overrides,
  };
}

/** A row as a source might give it: `aCandle` with anything in its fields. */
export function aRow(overrides: Partial<RawCandle> = {}): RawCandle {
  return { ...aCandle(), ...overrides };
}

/** Opens of `count` candles in a row from the first session at or after a date on. */
function opensFrom(date: string, timeframe: Timeframe, count: number): number[] {
  const from = at(`${date}T00:00:00Z`);
  const opens: number[] = [];
  for (let to = from; opens.length < count; to += 28 * 86_400_000) {
    const sessions = sessionsBetween(to, to + 28 * 86_400_000, timeframe);
    opens.push(...sessions.flatMap((session) => candleSpans(session, timeframe).map(({ ts }) => ts)));
  }
  return opens.slice(0, count);
}

/** What a candle of `someCandles` is made of besides its time. */
export type CandleShape = Partial<Omit<Candle, 'ts'>>;

/** Candles in a row on the grid, one per shape, each opening at the close before it. */
export function someCandles(
  shapes: readonly CandleShape[],
  options: { readonly timeframe?: Timeframe; readonly date?: string } = {},
): Candle[] {
  const opens = opensFrom(options.date ?? '2024-01-02', options.timeframe ?? '5m', shapes.length);
  let previous = shapes[0]?.close ?? 100;
  return shapes.map((shape, index) => {
    const candle = aCandle({ ts: opens[index] ?? 0, open: previous, ...shape });
    previous = candle.close;
    return candle;
  });
}

/** A seeded random walk around 100 USD: the same for the same seed, quiet enough never to go below 20. */
export function aWalk(
  count: number,
  options: { readonly timeframe?: Timeframe; readonly date?: string; readonly seed?: number } = {},
): Candle[] {
  let state = options.seed ?? 1;
  const draw = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  let close = 100;
  const shapes = Array.from({ length: count }, () => {
    close += (draw() - 0.5) * 0.8 - (close - 100) * 0.002;
    return { close, volume: Math.floor(500 + draw() * draw() * 4000) };
  });
  return someCandles(shapes, options);
}
