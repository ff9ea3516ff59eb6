import type { NewCard, ScanRecord, Stores, Watch } from '../../src/app/ports.ts';
import { timesOf } from '../../src/domain/card-life.ts';
import type { Detector } from '../../src/domain/detectors/detector.ts';
import { someLevels } from './cards.ts';
import { aSignal, FIRED_AT } from './signals.ts';

/** A detector that never fires: for the catalog alone. */
export function aDetector(overrides: Partial<Detector & { codeHash: string }> = {}) {
  return {
    id: 'breakout_v1',
    version: '1',
    kind: 'rule' as const,
    description: 'A close beyond the prior extreme.',
    params: { lookback: 20 },
    start: () => () => null,
    codeHash: 'abc',
    ...overrides,
  };
}

/** Puts the detectors that `aSignal` names into the catalog. */
export async function seedDetectors(stores: Stores): Promise<void> {
  await stores.detectors.sync([aDetector(), aDetector({ id: 'rsi_reversal_v1' })]);
}

/** An active watch of a ticker at 5m, last scanned one candle before `FIRED_AT`. */
export async function aWatch(stores: Stores, ticker: string): Promise<Watch> {
  const { watch } = await stores.watches.add({
    ticker,
    timeframe: '5m',
    params: { detectors: [], minScore: 0, sides: ['long', 'short'], cooldownMinutes: 30 },
    channelId: '900',
    userId: 'u1',
    startAfter: FIRED_AT - 600_000,
  });
  return watch;
}

/** The card of `aSignal`. */
export function aNewCard(overrides: Partial<NewCard> = {}): NewCard {
  const times = timesOf(FIRED_AT, '5m');
  return {
    side: 'long',
    firedAt: FIRED_AT,
    ...times,
    levels: someLevels(),
    suppressedReason: null,
    ...overrides,
  };
}

/** One scan of a watch that saw one breakout. */
export function aScan(watch: Watch, overrides: Partial<ScanRecord> = {}): ScanRecord {
  return {
    watch,
    scannedTo: (watch.lastScannedTs ?? 0) + 300_000,
    signals: [aSignal()],
    cards: [aNewCard()],
    origin: 'live',
    runId: 'run-1',
    ...overrides,
  };
}

/** Lets every new card through to its delivery, as if none were too many. */
export async function placeNewCards(stores: Stores, now: number): Promise<void> {
  await stores.placements.place({ now }, (cards) =>
    cards.map(({ cardId }) => ({ cardId, state: 'pending' as const })),
  );
}

/** Scans a fresh ticker once and claims and sends its card. @returns the card's id. */
export async function aSentCard(stores: Stores, ticker: string): Promise<number> {
  await stores.signals.recordScan(aScan(await aWatch(stores, ticker)));
  await placeNewCards(stores, FIRED_AT + 1000);
  const claimed = await stores.cards.claim({ by: 'p1', now: FIRED_AT + 1000, leaseMs: 60_000 });
  if (claimed?.details.card.ticker !== ticker) throw new Error(`the card of ${ticker} was not next`);
  const { id } = claimed.details.card;
  await stores.cards.markSent(id, { by: 'p1', messageId: `m-${ticker}`, at: FIRED_AT + 2000 });
  return id;
}
