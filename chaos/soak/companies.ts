import { randomFrom } from '../../src/sandbox/yahoo/random.ts';
import { COMPANIES, type Company } from '../../src/sandbox/yahoo/simulated-companies.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** As many companies as asked, each from the seed alone, beside the market and its volatility. */
export function inventCompanies(count: number, seed: number): Company[] {
  const market = COMPANIES.filter(({ ticker }) => ticker === 'SPY' || ticker === '^VIX');
  const invented = Array.from({ length: count }, (_, index): Company => {
    const random = randomFrom(seed, 'company', index);
    return {
      ticker: `Z${LETTERS[Math.floor(index / 26) % 26]}${LETTERS[index % 26]}`,
      price: 20 + 480 * random(),
      beta: 0.5 + 1.5 * random(),
      ownVolatility: 0.008 + 0.02 * random(),
      pull: 0.004,
      dailyVolume: 1e6 * (1 + 99 * random()),
    };
  });
  return [...market, ...invented];
}
