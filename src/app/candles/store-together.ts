import { inParallel } from '../in-parallel.ts';
import type { CandleBatch, StoreCounts } from '../ports.ts';
import type { Services } from '../services.ts';
import { inShares } from './in-shares.ts';

/** Series that are stored at the same time when they cannot be stored together. */
const PARALLEL = 8;
/** Candles of one transaction, where a series counts as ten: each has a lock. */
const MOST_CANDLES = 5_000;
const SERIES_WEIGHT = 10;

/** A batch, and who is told how it went. */
export interface Storing {
  readonly batch: CandleBatch;
  stored(counts: StoreCounts): void;
  failed(error: unknown): void;
}

/**
 * Stores batches of different series in as few transactions as it can. Where one of them fails, its batches
 * are stored one by one, so that a bad series stops only itself.
 */
export async function storeTogether(
  deps: Pick<Services, 'stores' | 'log'>,
  storings: readonly Storing[],
): Promise<void> {
  const weigh = ({ batch }: Storing) => SERIES_WEIGHT + batch.candles.length;
  for (const share of inShares(storings, MOST_CANDLES, weigh)) await storeShare(deps, share);
}

async function storeShare(deps: Pick<Services, 'stores' | 'log'>, share: readonly Storing[]): Promise<void> {
  try {
    const counts = await deps.stores.candles.storeAll(share.map(({ batch }) => batch));
    for (const [index, each] of counts.entries()) share[index]?.stored(each);
  } catch (error) {
    const [only, ...others] = share;
    if (others.length === 0) return only?.failed(error);
    deps.log.warn({ error, series: share.length }, 'series are stored one by one');
    await inParallel(share, PARALLEL, (each) => storeShare(deps, [each]));
  }
}
