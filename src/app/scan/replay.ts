import { lastClosedSpan } from '../../domain/calendar.ts';
import { OraError } from '../../domain/errors.ts';
import { parseTicker } from '../../domain/ticker.ts';
import { parseSignalTimeframe, SIGNAL_TIMEFRAMES, type SignalTimeframe } from '../../domain/timeframe.ts';
import type { Watch } from '../ports.ts';
import { count, underRun } from '../run.ts';
import type { Services } from '../services.ts';
import { createMlScanner, type MlScanner } from './ml-scanner.ts';
import { createMarketMemory, detect, type MarketMemory, warmUp } from './series-memory.ts';

/** Candles between two writes. */
const BATCH_CANDLES = 2_000;

export interface ReplayInput {
  /** Candles that open from here … */
  readonly from: number;
  /** … to here, both inclusive. */
  readonly to: number;
  /** Without it every watched series is replayed. */
  readonly ticker?: string;
  readonly timeframe?: string;
  readonly now: number;
}

export interface ReplayedSeries {
  readonly ticker: string;
  readonly timeframe: SignalTimeframe;
  readonly candles: number;
  /** Signals that were not stored before. */
  readonly signals: number;
}

type Deps = Pick<Services, 'stores' | 'log' | 'settings'> & Partial<Pick<Services, 'models'>>;
type ReplaySeries = { readonly ticker: string; readonly timeframe: SignalTimeframe; readonly to: number };

/**
 * Runs the live scanner over stored candles: signals with `origin = 'replay'`, no cards, nothing posted.
 * It stops at a watch's live cursor, and a signal that exists is left as it is, so a second run adds nothing.
 *
 * @throws OraError `bad_input` for malformed words, `data_missing` when nothing stored matches.
 */
export async function replay(deps: Deps, input: ReplayInput): Promise<ReplayedSeries[]> {
  if (input.from > input.to)
    throw new OraError('bad_input', 'The replay would end before it begins: swap --from and --to.');
  const wanted = await findSeries(deps, input);
  if (wanted.length === 0) {
    throw new OraError(
      'data_missing',
      'No stored candles match. Import some with: oracore import-candles, or watch a ticker.',
    );
  }
  return underRun(deps, { kind: 'replay', startedAt: input.now }, async (runId, tally) => {
    await using resources = new AsyncDisposableStack();
    const ml = createMlScanner(deps);
    resources.defer(() => ml.close());
    await ml.refresh(input.now);
    const market = createMarketMemory();
    await market.follow(deps.stores.candles, input.from);
    const done: ReplayedSeries[] = [];
    for (const series of wanted) {
      const result = await replaySeries(deps, { series, from: input.from, runId, market, ml });
      count(tally, 'candles', result.candles);
      count(tally, 'signals', result.signals);
      deps.log.info(result, 'series replayed');
      done.push(result);
    }
    return done;
  });
}

async function findSeries(deps: Deps, input: ReplayInput): Promise<ReplaySeries[]> {
  const ticker = input.ticker === undefined ? undefined : parseTicker(input.ticker);
  const timeframe = input.timeframe === undefined ? undefined : parseSignalTimeframe(input.timeframe);
  const watches = await deps.stores.watches.active();
  const candidates = ticker === undefined ? watches : await deps.stores.candles.series();
  return candidates.flatMap((series) => {
    const scanned = SIGNAL_TIMEFRAMES.find((known) => known === series.timeframe);
    if (scanned === undefined || (ticker ?? series.ticker) !== series.ticker) return [];
    if ((timeframe ?? scanned) !== scanned) return [];
    const live = watches.find((watch) => watch.ticker === series.ticker && watch.timeframe === scanned);
    const end = live === undefined ? input.to : liveBegin(deps, live, input.now);
    return [{ ticker: series.ticker, timeframe: scanned, to: Math.min(input.to, end) }];
  });
}

/** The last candle that the live scan leaves alone: its cursor, or what lies before the newest closed candle. */
function liveBegin({ settings }: Deps, { lastScannedTs, timeframe }: Watch, now: number): number {
  return lastScannedTs ?? lastClosedSpan(timeframe, now, settings.graceMs).ts - 1;
}

async function replaySeries(
  deps: Deps,
  {
    series,
    from,
    runId,
    market,
    ml,
  }: {
    readonly series: ReplaySeries;
    readonly from: number;
    readonly runId: string;
    readonly market: MarketMemory;
    readonly ml: MlScanner;
  },
): Promise<ReplayedSeries> {
  const { ticker, timeframe, to } = series;
  const { candles: store, signals } = deps.stores;
  const memory = await warmUp(store, { ticker, timeframe, through: from - 1 }, market);
  const candles = await store.read({ ticker, timeframe }, { from, to });
  let written = 0;
  for (let at = 0; at < candles.length; at += BATCH_CANDLES) {
    const found = await detect(memory, candles.slice(at, at + BATCH_CANDLES), ml);
    written += await signals.recordReplay({ ticker, timeframe }, found, { runId, origin: 'replay' });
  }
  return { ticker, timeframe, candles: candles.length, signals: written };
}
