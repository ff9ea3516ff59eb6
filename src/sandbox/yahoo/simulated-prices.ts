import { buildCandles } from '../../domain/build-candles.ts';
import type { Candle } from '../../domain/candle.ts';
import type { FetchedTimeframe } from '../../domain/timeframe.ts';
import { type Prices, slice } from './prices.ts';
import { COMPANIES, type Company } from './simulated-companies.ts';
import { type SimulatedDay, simulateDays } from './simulated-days.ts';
import { simulateMinutes } from './simulated-minutes.ts';

/** Sessions kept in memory, over all tickers and timeframes. */
const KEPT_SESSIONS = 4000;

/**
 * A market that never was. Every candle follows from the seed, its ticker and its date alone.
 *
 * @param until the market ends with the last session closed by then (epoch ms); without it, at the
 * end of the exchange calendar.
 * @param companies what is traded; the market itself and its volatility are among them.
 */
export function createSimulatedPrices(
  seed: number,
  until = Number.POSITIVE_INFINITY,
  companies: readonly Company[] = COMPANIES,
): Prices {
  const companyOf = (ticker: string) => companies.find((company) => company.ticker === ticker) ?? null;
  const days = new Map<string, readonly SimulatedDay[]>();
  const kept = new Map<string, readonly Candle[]>();

  function daysOf(ticker: string): readonly SimulatedDay[] {
    const company = companyOf(ticker);
    const known = days.get(ticker) ?? (company === null ? [] : simulateDays(seed, company, until));
    days.set(ticker, known);
    return known;
  }

  function minutesOf(ticker: string, day: SimulatedDay): readonly Candle[] {
    const company = companyOf(ticker);
    return company === null ? [] : simulateMinutes(seed, company, day);
  }

  function sessionOf(ticker: string, timeframe: FetchedTimeframe, day: SimulatedDay): readonly Candle[] {
    const key = `${ticker} ${timeframe} ${day.session.date}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const minutes = minutesOf(ticker, day);
    const coverage = [{ date: day.session.date, coveredThrough: day.session.close }];
    const candles = timeframe === '1m' ? minutes : buildCandles(minutes, { base: '1m', timeframe, coverage });
    kept.set(key, candles);
    const [oldest] = kept.keys();
    if (kept.size > KEPT_SESSIONS && oldest !== undefined) kept.delete(oldest);
    return candles;
  }

  return {
    tickers: () => companies.map(({ ticker }) => ticker),
    candles(ticker, timeframe, from, to) {
      const wanted = daysOf(ticker).filter(({ session }) => session.close > from && session.open < to);
      return slice(
        wanted.flatMap((day) => sessionOf(ticker, timeframe, day)),
        from,
        to,
      );
    },
    span() {
      const all = daysOf('SPY');
      return { from: all[0]?.session.open ?? 0, to: all.at(-1)?.session.close ?? 0 };
    },
    label: 'Simulated prices',
    describe: () =>
      `Prices are simulated: an invented market (seed ${seed}) that only borrows the names of real tickers.`,
  };
}
