import type { Stores } from '../../src/app/ports.ts';
import type { LargeDesk } from './large-desk.ts';
import { aScope } from './outcomes.ts';

const DAY = 86_400_000;
const CANDLE = 300_000;
const LEASE_MS = 60_000;

/** Something people or the scan wait for, however much history there is. */
export interface HotQuery {
  readonly name: string;
  /** Most rows that it may look at in any one table. It must not grow with history. */
  readonly rows: number;
  run(stores: Stores, desk: LargeDesk): Promise<unknown>;
}

/**
 * What is asked all day. `open` is how many signals wait for labels: the next batch may look at each, and at
 * the outcomes it has.
 */
export function hotQueries(open: number): HotQuery[] {
  const series = ({ ticker }: LargeDesk) => ({ ticker, timeframe: '5m' as const });
  const claim = (desk: LargeDesk) => ({ by: 'p1', now: desk.now, leaseMs: LEASE_MS });
  return [
    {
      name: 'candles of a chart',
      rows: 700,
      run: (stores, desk) => stores.candles.read(series(desk), { last: 600 }),
    },
    {
      name: 'candles since the cursor, with their coverage',
      rows: 200,
      run: async (stores, desk) => {
        await stores.candles.read(series(desk), { from: desk.now - 5 * CANDLE, to: desk.now });
        await stores.candles.coverage(series(desk), '2026-06-29', '2026-06-30');
      },
    },
    { name: 'all series', rows: 1_000, run: (stores) => stores.candles.series() },
    { name: 'watches to scan', rows: 1_000, run: (stores) => stores.watches.active() },
    { name: 'what lacks a label', rows: 20 * open, run: (stores) => stores.outcomes.unresolved(aScope()) },
    {
      name: 'next batch to label',
      rows: 20 * open,
      run: async (stores, desk) => {
        await stores.outcomes.targets(series(desk), aScope(), { from: desk.now - 2 * DAY, to: desk.now });
        await stores.outcomes.nextTarget(series(desk), aScope(), desk.now - DAY);
      },
    },
    { name: '/signals', rows: 500, run: (stores) => stores.signals.list({ limit: 25 }) },
    {
      name: '/signals of a ticker',
      rows: 500,
      run: (stores, { ticker }) => stores.signals.list({ ticker, limit: 25 }),
    },
    {
      name: '/signals of a ticker that has none',
      rows: 500,
      run: (stores) => stores.signals.list({ ticker: 'QUIET', limit: 25 }),
    },
    { name: 'a card', rows: 100, run: (stores, { cardId }) => stores.cards.details(cardId) },
    {
      name: 'claim of the next card and message',
      rows: 100,
      run: async (stores, desk) => {
        await stores.cards.claim(claim(desk));
        await stores.outbox.claim(claim(desk));
      },
    },
    { name: 'cards to edit', rows: 100, run: (stores) => stores.cards.outdated(10) },
    {
      name: '/positions',
      rows: 2_000,
      run: (stores, { trader }) => stores.journal.fills({ traderId: trader, open: true }),
    },
    {
      name: 'positions to choose from',
      rows: 100,
      run: (stores, { trader }) => stores.journal.recentPositions(trader, '', 25),
    },
  ];
}

/** The training query over one day. The signal's time is in the join, so only that day's chunks are read. */
export const TRAINING_DAY = {
  text: `SELECT s.id, sym.ticker, s.timeframe, s.fired_at, s.side, s.price_at_signal,
           (s.features->>'rsi14')::NUMERIC AS rsi14, o.horizon_tf, o.horizon_bars, o.max_run_up, o.max_drawdown,
           o.ret_close, o.hit_tp1, o.hit_stop
         FROM signals s JOIN symbols sym ON sym.id = s.symbol_id JOIN outcomes o ON o.signal_id = s.id AND o.signal_fired_at = s.fired_at
         WHERE o.horizon_tf = '5m' AND o.horizon_bars = 20 AND s.fired_at >= $1 AND s.fired_at < $2`,
  values: ['2026-05-01T00:00:00Z', '2026-05-02T00:00:00Z'],
};
