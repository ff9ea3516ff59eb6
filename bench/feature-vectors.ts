import { ATR, BollingerBands, EMA, MACD, RSI, SMA, VWAP } from 'trading-signals';
import { candleSpans, sessionsBetween } from '../src/domain/calendar.ts';
import type { Candle } from '../src/domain/candle.ts';
import { createMarketContext } from '../src/domain/features/context.ts';
import { createVectorStream } from '../src/domain/features/vector.ts';
import type { Timeframe } from '../src/domain/timeframe.ts';
import { type Bench, type BenchResult, quantile } from './bench.ts';

const SIZES = [10_000, 100_000];
const ROUNDS = 15;
const REACH = 1.5;
const END = Date.UTC(2026, 10, 20, 22);

/** Feature vectors of a long 5m history, context included, against the bare indicator objects. */
export const featureVectors: Bench = {
  name: 'feature-vectors',
  async run(): Promise<BenchResult[]> {
    const candles = simulate('5m', Math.max(...SIZES));
    const hours = simulate('1h', 9000);
    const quarters = simulate('15m', 34_000);
    const days = simulate('1d', 1500);
    const sources = {
      ticker: 'AAPL',
      higher: new Map([['15m', quarters] as const, ['1h', hours] as const]),
      spy15m: quarters,
      spy1d: days,
      vix15m: quarters,
    };
    const context = createMarketContext(sources);
    const runVectors = (part: readonly Candle[]) => {
      const stream = createVectorStream({ timeframe: '5m', context });
      for (const candle of part) stream(candle);
    };

    return SIZES.map((size) => {
      const part = candles.slice(-size);
      const rounds = Array.from({ length: ROUNDS }, () => [
        time(() => runBare(part)),
        time(() => runVectors(part)),
      ]);
      // The ratio of neighbours in time, so that a busy moment of the machine weighs on both.
      const ratio = quantile(
        rounds.map(([bare = 1, full = 0]) => full / bare),
        0.5,
      );
      return {
        what: 'feature vectors',
        size,
        ms: quantile(
          rounds.map(([, full = 0]) => full),
          0.5,
        ),
        limitMs: quantile(
          rounds.map(([bare = 0]) => bare),
          0.5,
        ),
        ratio,
        reach: REACH,
        better: 'lower',
      };
    });
  },
};

/** RSI14, MACD, ATR14, BB20, SMA20/50/200 and session VWAP, each told each candle, nothing else. */
function runBare(candles: readonly Candle[]): void {
  const rsi = new RSI(14);
  const macd = new MACD(new EMA(12), new EMA(26), new EMA(9));
  const bands = new BollingerBands(20, 2);
  const sma20 = new SMA(20);
  const sma50 = new SMA(50);
  const sma200 = new SMA(200);
  const atr = new ATR(14);
  let vwap = new VWAP();
  let day = 0;
  for (const candle of candles) {
    const today = Math.floor(candle.ts / 86_400_000);
    if (today !== day) vwap = new VWAP();
    day = today;
    rsi.add(candle.close);
    macd.add(candle.close);
    atr.add(candle);
    bands.add(candle.close);
    sma20.add(candle.close);
    sma50.add(candle.close);
    sma200.add(candle.close);
    vwap.add(candle);
  }
}

function time(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** The newest `count` candles of a seeded walk on the real grid. */
function simulate(timeframe: Timeframe, count: number): Candle[] {
  let state = count;
  const draw = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const spans = sessionsBetween(Date.UTC(2018, 0, 2), END).flatMap((session) =>
    candleSpans(session, timeframe),
  );
  let close = 400;
  return spans.slice(-count).map(({ ts }) => {
    const open = close;
    close += draw() - 0.5 - (close - 400) * 0.001;
    const volume = Math.floor(1000 + draw() * 9000);
    return {
      ts,
      open,
      high: Math.max(open, close) + 0.1,
      low: Math.min(open, close) - 0.1,
      close,
      volume,
      vwap: null,
    };
  });
}
