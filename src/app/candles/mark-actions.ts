import { readActions } from '../../domain/corporate-action.ts';
import type { FetchedSeries } from '../ports.ts';
import type { Services } from '../services.ts';

/**
 * Writes down the splits and dividends that a source told of with its candles. A new dividend is told to the
 * audit log here; a split by whoever then fetches again what it has rewritten.
 */
export async function markActions(
  { stores, market, log }: Pick<Services, 'stores' | 'market' | 'log'>,
  {
    ticker,
    fetched,
    now,
  }: { readonly ticker: string; readonly fetched: FetchedSeries; readonly now: number },
): Promise<void> {
  for (const action of await stores.actions.add(ticker, readActions(fetched), market.name)) {
    log.info({ ticker, ...action }, 'corporate action');
    if (action.kind === 'split') continue;
    const { kind, ...details } = action;
    await stores.audit.write({ at: now, actor: market.name, action: kind, target: ticker, details });
  }
}
