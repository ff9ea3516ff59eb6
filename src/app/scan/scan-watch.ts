import { isTooOldToAct } from '../../domain/card.ts';
import { spreadBps } from '../../domain/features/spread.ts';
import { type NewCard, planCards } from '../../domain/plan-cards.ts';
import type { NewSignal } from '../../domain/signal.ts';
import type { QuietScan } from '../ports.ts';
import type { DueWatch, GridCandle } from './find-scannable.ts';
import type { MlScanner } from './ml-scanner.ts';
import type { ScanDeps } from './scan-round.ts';
import { detect, type SeriesMemory } from './series-memory.ts';

/** Candles that one transaction answers for. */
const BATCH_CANDLES = 400;

export interface ScanWatchInput extends DueWatch {
  /** Warm up to the cursor. */
  readonly memory: SeriesMemory;
  readonly ml: MlScanner;
  /** From the candle after the cursor on. */
  readonly grid: readonly GridCandle[];
  readonly now: number;
  readonly runId: string;
}

export interface WatchScan {
  readonly candles: number;
  readonly signals: number;
  readonly cards: number;
  /** The cursor as it stands now, epoch ms. */
  readonly scannedTo: number;
  /** Another process had already scanned this far; the memory no longer fits. */
  readonly lost: boolean;
  /** The end of the grid, when nothing fired since `scannedTo`: the caller moves the cursor there, with those of others. */
  readonly quiet: QuietScan | null;
}

/**
 * Scans the candles of a watch that closed since its cursor, oldest first, and writes signals, alerts,
 * cards and the new cursor in one transaction for each batch; but for a last batch in which nothing fired.
 */
export async function scanWatch(deps: ScanDeps, input: ScanWatchInput): Promise<WatchScan> {
  const { memory, ml, now, grid } = input;
  let watch = input.watch;
  let total: WatchScan = {
    candles: 0,
    signals: 0,
    cards: 0,
    scannedTo: input.cursor,
    lost: false,
    quiet: null,
  };
  for (let from = 0; from < grid.length; from += BATCH_CANDLES) {
    const batch = grid.slice(from, from + BATCH_CANDLES);
    const scannedTo = batch.at(-1)?.span.ts ?? input.cursor;
    const candles = batch.flatMap(({ candle }) => candle ?? []);
    const found = await detect(memory, candles, ml);
    if (found.length === 0 && from + BATCH_CANDLES >= grid.length) {
      return { ...total, candles: total.candles + candles.length, quiet: { watch, scannedTo } };
    }
    const signals = await withQuotes(deps, { ticker: watch.ticker, signals: found, now });
    const [shadow = [], shown = []] = partition(signals, ml.isShadow);
    const rules = { params: watch.params, levelRule: deps.settings.levelRule, now };
    const written = await deps.stores.signals.recordScan({
      watch,
      scannedTo,
      signals: shown,
      cards: planCards(shown, rules),
      shadow: { signals: shadow, cards: planCards(shadow, rules).map(asShadow) },
      origin: deps.settings.origin,
      runId: input.runId,
    });
    if (written === 'lost') return { ...total, lost: true };
    watch = { ...watch, lastScannedTs: scannedTo };
    total = {
      candles: total.candles + candles.length,
      signals: total.signals + written.signals,
      cards: total.cards + written.cards,
      scannedTo,
      lost: false,
      quiet: null,
    };
  }
  return total;
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

function asShadow(card: NewCard): NewCard {
  return { ...card, suppressedReason: 'shadow' };
}

/** Freezes what is known only now: the age of the data, and the quote where one can still be had. */
async function withQuotes(
  deps: ScanDeps,
  {
    ticker,
    signals,
    now,
  }: { readonly ticker: string; readonly signals: readonly NewSignal[]; readonly now: number },
): Promise<NewSignal[]> {
  const fresh = signals.some(({ firedAt, timeframe }) => !isTooOldToAct(firedAt, timeframe, now));
  const quote = fresh ? await deps.quotes.quote(ticker) : null;
  return signals.map((signal) => {
    const dataFreshnessMs = now - signal.firedAt;
    if (quote === null || isTooOldToAct(signal.firedAt, signal.timeframe, now))
      return { ...signal, dataFreshnessMs };
    const features = { ...signal.features, spread_bps: spreadBps(quote) };
    return { ...signal, dataFreshnessMs, quote, features };
  });
}
