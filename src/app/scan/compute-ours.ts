import { spanClosingAt } from '../../domain/calendar.ts';
import type { GivenSignal } from '../../domain/given-signal.ts';
import type { NewSignal } from '../../domain/signal.ts';
import type { SignalTimeframe } from '../../domain/timeframe.ts';
import type { CandleStore } from '../ports.ts';
import { createMarketMemory, warmUp } from './series-memory.ts';

const DAY = 86_400_000;
/** Candles of so long are read at once. */
const WINDOW_MS = 30 * DAY;

/** What we compute for the candle of a given signal. */
export type Ours = Pick<NewSignal, 'priceAtSignal' | 'features' | 'featureVersion' | 'featureInputs'>;

interface SeriesSignals {
  readonly ticker: string;
  readonly timeframe: SignalTimeframe;
  readonly lines: readonly GivenSignal[];
}

/** Runs the scanner over the stored candles of some signals; a signal whose candle is not stored has none of ours. */
export async function computeOurs(
  store: CandleStore,
  { ticker, timeframe, lines }: SeriesSignals,
): Promise<ReadonlyMap<GivenSignal, Ours>> {
  const wanted = Map.groupBy(lines, ({ firedAt }) => spanClosingAt(firedAt, timeframe)?.ts ?? Number.NaN);
  const found = new Map<GivenSignal, Ours>();
  let last: number | null = null;
  let memory: Awaited<ReturnType<typeof warmUp>> | null = null;
  for (const ts of [...wanted.keys()].sort((a, b) => a - b)) {
    // Signals far apart are warmed up for one by one, rather than by everything that lies between.
    if (memory === null || last === null || ts - last > WINDOW_MS) {
      const market = createMarketMemory();
      await market.follow(store, ts);
      memory = await warmUp(store, { ticker, timeframe, through: ts - 1 }, market);
      last = ts - 1;
    }
    for (const candle of await store.read({ ticker, timeframe }, { from: last + 1, to: ts })) {
      const { moment } = memory.scanner.see(candle);
      if (candle.ts !== ts) continue;
      for (const signal of wanted.get(ts) ?? []) {
        const { id, version, kind } = signal.detector;
        const detection = { side: signal.side, score: signal.score };
        const [frozen] = memory.scanner.freeze(moment, [{ detector: { id, version, kind }, detection }]);
        if (frozen !== undefined) found.set(signal, frozen);
      }
    }
    last = ts;
  }
  return found;
}
