import { isTooOldToAct } from '../../domain/card.ts';
import { spreadBps } from '../../domain/features/spread.ts';
import { type NewCard, planCards } from '../../domain/plan-cards.ts';
import type { Quote } from '../../domain/quote.ts';
import type { NewSignal } from '../../domain/signal.ts';
import type { ScanRecord, Watch } from '../ports.ts';
import type { MlScanner } from './ml-scanner.ts';
import type { ScanDeps } from './scan-round.ts';

/** What a scan saw of one watch, up to a candle, and has not written yet. */
export interface Sighting {
  readonly watch: Watch;
  /** The new cursor. */
  readonly scannedTo: number;
  readonly signals: readonly NewSignal[];
}

/** The scan that saw it. */
export interface Sighted {
  readonly ml: MlScanner;
  readonly now: number;
  readonly runId: string;
}

/** Bid and ask where something fired on which one could still act: one request for all of them. */
export async function quotesFor(
  { quotes }: Pick<ScanDeps, 'quotes'>,
  sightings: readonly Sighting[],
  now: number,
): Promise<ReadonlyMap<string, Quote>> {
  const fresh = sightings.filter(({ signals }) => signals.some((signal) => !isOld(signal, now)));
  return fresh.length === 0
    ? new Map()
    : quotes.quoteAll([...new Set(fresh.map(({ watch }) => watch.ticker))]);
}

/** All that is written of a sighting. */
export function toRecord(
  { settings }: Pick<ScanDeps, 'settings'>,
  { watch, scannedTo, signals }: Sighting,
  { ml, now, runId, quote }: Sighted & { readonly quote: Quote | null },
): ScanRecord {
  const { origin, levelRule } = settings;
  const frozen = signals.map((signal) => freeze(signal, quote, now));
  const { shadow = [], shown = [] } = Object.groupBy(frozen, (signal) =>
    ml.isShadow(signal) ? 'shadow' : 'shown',
  );
  const rules = { params: watch.params, levelRule, now };
  return {
    watch,
    scannedTo,
    signals: shown,
    cards: planCards(shown, rules),
    shadow: { signals: shadow, cards: planCards(shadow, rules).map(asShadow) },
    origin,
    runId,
  };
}

function asShadow(card: NewCard): NewCard {
  return { ...card, suppressedReason: 'shadow' };
}

/** With what is known only now: the age of the data, and the quote where one can still be had. */
function freeze(signal: NewSignal, quote: Quote | null, now: number): NewSignal {
  const dataFreshnessMs = now - signal.firedAt;
  if (quote === null || isOld(signal, now)) return { ...signal, dataFreshnessMs };
  return {
    ...signal,
    dataFreshnessMs,
    quote,
    features: { ...signal.features, spread_bps: spreadBps(quote) },
  };
}

function isOld({ firedAt, timeframe }: NewSignal, now: number): boolean {
  return isTooOldToAct(firedAt, timeframe, now);
}
