import { OraError } from '../../domain/errors.ts';
import { parseTicker } from '../../domain/ticker.ts';
import { parseSignalTimeframe } from '../../domain/timeframe.ts';
import type { Services } from '../services.ts';

/**
 * Takes a person off a watch; it stops with its last subscriber, and its history stays.
 *
 * @throws OraError `bad_input` for malformed words, `not_found` when the person does not watch it.
 */
export async function stopWatch(
  services: Pick<Services, 'stores'>,
  input: { readonly ticker: string; readonly timeframe: string; readonly userId: string },
): Promise<'left' | 'stopped'> {
  const ticker = parseTicker(input.ticker);
  const timeframe = parseSignalTimeframe(input.timeframe);
  const outcome = await services.stores.watches.remove({ ticker, timeframe, userId: input.userId });
  if (outcome === null) {
    throw new OraError(
      'not_found',
      `You do not watch ${ticker} ${timeframe}. See your watches with /watch list.`,
    );
  }
  return outcome;
}
