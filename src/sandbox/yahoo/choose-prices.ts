import type { Logger } from '../../app/ports.ts';
import { REAL_YAHOO } from '../../market/yahoo-url.ts';
import { fetchLivePrices } from './live-prices.ts';
import type { Prices } from './prices.ts';
import { loadRecordedPrices } from './recorded-prices.ts';
import { createSimulatedPrices } from './simulated-prices.ts';

export interface ChoosePricesOptions {
  /** Folder of `--data`; null without. */
  readonly dataDir: string | null;
  /** Seed of the simulated market. */
  readonly seed: number;
  /** The machine's present, epoch ms: which sessions are the last ones. */
  readonly now?: number;
  readonly log: Logger;
  /** Where the real Yahoo is looked for. */
  readonly yahooUrl?: string;
}

/**
 * Recorded candles when a folder is named, else the last sessions from the real Yahoo when it
 * answers within three seconds, else a simulated market. `describe()` says which.
 *
 * @throws OraError when the folder named is absent or holds no candles.
 */
export async function choosePrices(options: ChoosePricesOptions): Promise<Prices> {
  const { dataDir, seed, now = Date.now(), log, yahooUrl = REAL_YAHOO } = options;
  if (dataDir !== null) return loadRecordedPrices(dataDir, log);
  const live = await fetchLivePrices({ now, log, baseUrl: yahooUrl });
  return live ?? createSimulatedPrices(seed, now);
}
