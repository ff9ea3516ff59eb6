import type { Services } from '../services.ts';

/** Discord shows at most 25 suggestions. */
const LIMIT = 25;

/** Known tickers that begin with what was typed so far, watched ones first. */
export function suggestTickers(services: Pick<Services, 'stores'>, prefix: string): Promise<string[]> {
  const typed = prefix.trim().toUpperCase();
  if (!/^\^?[A-Z0-9.-]{0,15}$/.test(typed)) return Promise.resolve([]);
  return services.stores.symbols.suggest(typed, LIMIT);
}
