import { expectLoad, type ScanLoad } from '../../domain/scan-load.ts';
import type { SignalTimeframe } from '../../domain/timeframe.ts';
import type { Services } from '../services.ts';

/** How long after a close the cards of a watch come, at the load that is there now. */
export async function expectDelay(
  { stores, market, settings }: Pick<Services, 'stores' | 'market' | 'settings'>,
  timeframe: SignalTimeframe,
): Promise<ScanLoad> {
  const { fetchDeadlineMs: deadlineMs, graceMs } = settings;
  const spacingMs = market.spacingMs ?? 0;
  return expectLoad(await stores.watches.active(), timeframe, { spacingMs, deadlineMs, graceMs });
}
