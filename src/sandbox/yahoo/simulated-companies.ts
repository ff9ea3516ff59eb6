/** How one simulated ticker behaves. */
export interface Company {
  readonly ticker: string;
  /** Price its walk is drawn back to, USD. */
  readonly price: number;
  /** Daily return per unit of the market's. */
  readonly beta: number;
  /** Daily standard deviation of what the market does not explain, as a fraction. */
  readonly ownVolatility: number;
  /** Share of the distance to `price` (in logarithms) given back per day. */
  readonly pull: number;
  /** Shares in a usual session; 0 for an index. */
  readonly dailyVolume: number;
}

const stock = { pull: 0.004 };

/** A market of its own: the names are real, the numbers are not. */
export const COMPANIES: readonly Company[] = [
  { ...stock, ticker: 'SPY', price: 560, beta: 1, ownVolatility: 0, dailyVolume: 62e6 },
  { ...stock, ticker: 'QQQ', price: 480, beta: 1.2, ownVolatility: 0.003, dailyVolume: 38e6 },
  { ...stock, ticker: 'AAPL', price: 215, beta: 1.1, ownVolatility: 0.011, dailyVolume: 52e6 },
  { ...stock, ticker: 'MSFT', price: 420, beta: 1.0, ownVolatility: 0.01, dailyVolume: 21e6 },
  { ...stock, ticker: 'NVDA', price: 125, beta: 1.9, ownVolatility: 0.021, dailyVolume: 260e6 },
  { ...stock, ticker: 'TSLA', price: 250, beta: 1.8, ownVolatility: 0.027, dailyVolume: 95e6 },
  { ...stock, ticker: 'AMD', price: 150, beta: 1.7, ownVolatility: 0.021, dailyVolume: 48e6 },
  { ...stock, ticker: 'AMZN', price: 190, beta: 1.2, ownVolatility: 0.013, dailyVolume: 41e6 },
  { ticker: '^VIX', price: 17, beta: -5, ownVolatility: 0.03, pull: 0.06, dailyVolume: 0 },
];
