import type { Candle } from '../../domain/candle.ts';
import { normal, type Random, randomFrom } from './random.ts';
import type { Company } from './simulated-companies.ts';
import type { SimulatedDay } from './simulated-days.ts';

const MINUTE = 60_000;
/** How much of a minute's move is the market's. */
const MARKET_SHARE = 0.6;
/** Runs of one direction on heavy volume, per session. */
const MOST_BURSTS = 2;

/**
 * One session in minutes. Volatility and volume are U-shaped over the day; a session has up to two
 * momentum bursts. The path is a bridge: it begins at the day's open and ends at its close.
 */
export function simulateMinutes(seed: number, company: Company, day: SimulatedDay): Candle[] {
  const { session, volatility } = day;
  const count = (session.close - session.open) / MINUTE;
  const random = randomFrom(seed, company.ticker, session.date, 'minutes');
  const market = randomFrom(seed, session.date, 'minutes');
  const weights = uShape(count);
  const bursts = drawBursts(random, count, volatility);
  const sign = Math.sign(company.beta);
  const moves = weights.map((weight, minute) => {
    const noise = MARKET_SHARE * sign * normal(market) + Math.sqrt(1 - MARKET_SHARE ** 2) * normal(random);
    return volatility * Math.sqrt(weight) * noise + (bursts[minute]?.move ?? 0);
  });
  const missing = Math.log(day.close / day.open) - moves.reduce((sum, move) => sum + move, 0);

  const dayVolume = company.dailyVolume * Math.exp(0.25 * normal(random));
  let logPrice = Math.log(day.open);
  return weights.map((weight, minute) => {
    const move = (moves[minute] ?? 0) + weight * missing;
    const usual = volatility * Math.sqrt(weight);
    const open = Math.exp(logPrice);
    logPrice += move;
    const close = Math.exp(logPrice);
    const surprise = 0.6 + (0.5 * Math.abs(move)) / usual;
    const volume =
      dayVolume * weight * surprise * (bursts[minute]?.volume ?? 1) * Math.exp(0.3 * normal(random));
    return {
      ts: session.open + minute * MINUTE,
      open: toCents(open),
      high: toCents(Math.max(open, close) * Math.exp(0.4 * usual * Math.abs(normal(random)))),
      low: toCents(Math.min(open, close) * Math.exp(-0.4 * usual * Math.abs(normal(random)))),
      close: toCents(close),
      volume: Math.round(volume),
      vwap: null,
    };
  });
}

/** Shares of a session's variance by minute: high at the open, low at noon, rising to the close. Sum 1. */
function uShape(count: number): number[] {
  const shape = Array.from({ length: count }, (_, minute) => {
    const x = minute / count;
    return 0.45 + 2.4 * Math.exp(-x * 14) + 0.9 * (2 * x - 1) ** 2;
  });
  const total = shape.reduce((sum, part) => sum + part, 0);
  return shape.map((part) => part / total);
}

interface Burst {
  /** Log return added to the minute. */
  readonly move: number;
  /** Factor on the minute's volume. */
  readonly volume: number;
}

function drawBursts(random: Random, count: number, volatility: number): (Burst | undefined)[] {
  const minutes: (Burst | undefined)[] = Array.from({ length: count });
  const bursts = Math.floor(random() * (MOST_BURSTS + 1));
  for (let burst = 0; burst < bursts; burst++) {
    const start = Math.floor(random() * (count - 40));
    const length = 10 + Math.floor(random() * 25);
    const size = (random() < 0.5 ? -1 : 1) * volatility * (0.5 + 0.7 * random());
    const volume = 2 + 2.5 * random();
    for (let minute = start; minute < start + length; minute++)
      minutes[minute] = { move: size / length, volume };
  }
  return minutes;
}

function toCents(price: number): number {
  return Math.round(price * 100) / 100;
}
