import { type Session, sessionsBetween } from '../../domain/calendar.ts';
import { normal, randomFrom } from './random.ts';
import type { Company } from './simulated-companies.ts';

/** The frame of one simulated session, which its minutes then fill. */
export interface SimulatedDay {
  readonly session: Session;
  /** Close of the session before, USD. */
  readonly previousClose: number;
  readonly open: number;
  readonly close: number;
  /** Standard deviation of the session's log return, open to close. */
  readonly volatility: number;
}

/** First session of the simulated market: enough history for 500 daily candles. */
const BEGIN = Date.UTC(2024, 0, 2);
const END = Date.UTC(2028, 11, 31);
const MARKET_VOLATILITY = 0.009;
/** The market keeps one mood for about two months, then draws another. */
const MOOD_SESSIONS = 42;
const MOODS = [
  { drift: 0.0008, volatility: 0.7 }, // calm and rising
  { drift: 0.0003, volatility: 1 },
  { drift: -0.0002, volatility: 1.2 }, // choppy
  { drift: -0.0012, volatility: 1.9 }, // falling and nervous
] as const;
/** Part of a day's return that happens overnight. */
const GAP_SHARE = 0.3;

/**
 * The sessions of one ticker from 2024 on that have closed by `until`, 2028 at the latest. The walk
 * is geometric, drawn softly to the ticker's price.
 */
export function simulateDays(seed: number, company: Company, until: number): SimulatedDay[] {
  let previousClose = company.price;
  const sessions = sessionsBetween(BEGIN, END).filter(({ close }) => close <= until);
  return sessions.map((session, index) => {
    const mood = moodAt(seed, index);
    const market = mood.drift + MARKET_VOLATILITY * mood.volatility * normal(randomFrom(seed, session.date));
    const random = randomFrom(seed, company.ticker, session.date);
    const own = company.ownVolatility * normal(random);
    const pulled = -company.pull * Math.log(previousClose / company.price);
    const total = company.beta * market + own + pulled;
    const volatility = Math.hypot(
      company.beta * MARKET_VOLATILITY * mood.volatility,
      company.ownVolatility * mood.volatility,
    );
    const gap = GAP_SHARE * total + 0.25 * volatility * normal(random);
    const day = {
      session,
      previousClose,
      open: previousClose * Math.exp(gap),
      close: previousClose * Math.exp(total),
      volatility: 0.8 * volatility,
    };
    previousClose = day.close;
    return day;
  });
}

function moodAt(seed: number, sessionIndex: number): (typeof MOODS)[number] {
  const random = randomFrom(seed, 'mood', Math.floor(sessionIndex / MOOD_SESSIONS));
  return MOODS[Math.floor(random() * MOODS.length)] ?? MOODS[1];
}
