import { bringInCandles } from '../candles/bring-in-candles.ts';
import type { Services } from '../services.ts';
import { findLastPrice } from './position-price.ts';

/** A price younger than this is not asked for again. */
const FRESH_MS = 2 * 60_000;
/** A panel that waits longer for prices is no help. */
const DEADLINE_MS = 4_000;

/**
 * Brings in the newest candles of what a trader holds, so that a position in a ticker that nobody watches
 * has a price too. A ticker without an answer in time keeps the price it has, with its age.
 */
export async function freshenPositions(
  services: Services,
  { traderId, now }: { readonly traderId: string; readonly now: number },
): Promise<void> {
  const { journal } = services.stores;
  await journal.refresh();
  const tickers = new Set((await journal.fills({ traderId, open: true })).map(({ ticker }) => ticker));
  const signal = AbortSignal.timeout(DEADLINE_MS);
  await Promise.all([...tickers].map((ticker) => freshen(services, { ticker, now, signal })));
}

async function freshen(
  services: Services,
  { ticker, now, signal }: { readonly ticker: string; readonly now: number; readonly signal: AbortSignal },
): Promise<void> {
  const last = await findLastPrice(services, ticker, now);
  if (last !== null && now - last.closedAt < FRESH_MS) return;
  try {
    await bringInCandles(services, { ticker, timeframes: ['5m'], now, signal });
  } catch (error) {
    services.log.info({ error, ticker }, 'no newer price for a position');
  }
}
