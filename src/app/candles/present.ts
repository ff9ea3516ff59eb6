import type { FetchedSeries } from '../ports.ts';
import type { Services } from '../services.ts';

/**
 * The moment by which the candles of an answer are closed or not, epoch ms: ours, or the source's where our
 * clock is ahead of it. By a wrong clock a running candle looks closed, and what is still to come looks as if
 * it had not traded.
 */
export function presentOf(
  { log, settings }: Pick<Services, 'log' | 'settings'>,
  { ticker, now }: { readonly ticker: string; readonly now: number },
  { asOf }: FetchedSeries,
): number {
  const present = Math.min(now, (asOf ?? now) + settings.graceMs);
  if (present < now) log.warn({ ticker, aheadMs: now - (asOf ?? now) }, 'the clock is ahead of the source');
  return present;
}
