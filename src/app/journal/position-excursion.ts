import type { Decimal } from 'decimal.js';
import { candleEnd, type Session, sessionAt, sessionsBetween } from '../../domain/calendar.ts';
import {
  type ClosedCandle,
  type Excursion,
  leftOnTable,
  measureExcursion,
} from '../../domain/ledger/excursion.ts';
import type { Position } from '../../domain/ledger/position.ts';
import { TIMEFRAME_MINUTES, type Timeframe } from '../../domain/timeframe.ts';
import type { Services } from '../services.ts';

/** A number, or why it is not known. */
export type Known<T> = { readonly value: T } | { readonly value: null; readonly reason: string };

export interface PositionExcursion {
  readonly excursion: Known<Excursion>;
  readonly leftOnTable: Known<Decimal>;
}

/** Finest first: a coarse candle says less about a short trade. */
const CANDIDATES = ['1m', '5m', '15m', '1h', '4h', '5h'] as const satisfies readonly Timeframe[];

interface Span {
  readonly ticker: string;
  readonly from: number;
  readonly to: number;
}

export interface ExcursionInput {
  readonly ticker: string;
  readonly position: Position;
  readonly now: number;
  /** Close of the newest stored candle; null when nothing is stored. */
  readonly pricedThrough: number | null;
}

/** How far a trade went against its holder and in his favour, and what he left on the table, from stored candles. */
export async function readExcursion(
  services: Pick<Services, 'stores'>,
  input: ExcursionInput,
): Promise<PositionExcursion> {
  const { ticker, position, now, pricedThrough } = input;
  const span = { ticker, from: position.openedAt, to: position.closedAt ?? pricedThrough ?? now };
  return {
    excursion: await fromCandles(services, span, (candles) => measureExcursion(position, candles, span.to)),
    leftOnTable: await readLeft(services, { ticker, position, now }),
  };
}

async function readLeft(
  services: Pick<Services, 'stores'>,
  { ticker, position, now }: Omit<ExcursionInput, 'pricedThrough'>,
): Promise<Known<Decimal>> {
  const { closedAt } = position;
  if (closedAt === null) return { value: null, reason: 'it is still open' };
  const session = sessionAt(closedAt);
  if (session === null) return { value: null, reason: 'it was closed outside regular hours' };
  if (session.close > now) return { value: null, reason: 'the session is not over' };
  return fromCandles(services, { ticker, from: closedAt, to: session.close }, (candles) =>
    leftOnTable(position, candles),
  );
}

/** Asks the finest series that covers a span whole; a coarser one when no candle of it fits. */
async function fromCandles<T>(
  { stores }: Pick<Services, 'stores'>,
  { ticker, from, to }: Span,
  measure: (candles: readonly ClosedCandle[]) => T | null,
): Promise<Known<T>> {
  const sessions = sessionsBetween(from, to);
  const [first, last] = [sessions[0], sessions.at(-1)];
  if (first === undefined || last === undefined) {
    return { value: null, reason: 'it lay outside regular hours' };
  }
  let isCovered = false;
  for (const timeframe of CANDIDATES) {
    const series = { ticker, timeframe };
    const coverage = await stores.candles.coverage(series, first.date, last.date);
    const through = new Map(coverage.map(({ date, coveredThrough }) => [date, coveredThrough]));
    const needed = ({ close }: Session) => Math.min(close, lastClose(to, timeframe));
    if (!sessions.every((session) => (through.get(session.date) ?? 0) >= needed(session))) continue;
    isCovered = true;
    const candles = await stores.candles.read(series, { from: first.open, to });
    const value = measure(
      candles.map((candle) => ({ ...candle, closedAt: candleEnd(candle.ts, timeframe) })),
    );
    if (value !== null) return { value };
  }
  const why = isCovered
    ? 'it was open for less than a whole candle'
    : 'not all candles of that time are stored';
  return { value: null, reason: why };
}

/** The last close of a candle by a moment within its session: later candles cannot be asked for yet. */
function lastClose(to: number, timeframe: Timeframe): number {
  const session = sessionAt(to);
  if (session === null) return to;
  const length = TIMEFRAME_MINUTES[timeframe] * 60_000;
  return session.open + Math.floor((to - session.open) / length) * length;
}
