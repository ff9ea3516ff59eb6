import { OraError } from '../../domain/errors.ts';
import { SIDES, type Signal } from '../../domain/signal.ts';
import { parseTicker } from '../../domain/ticker.ts';
import { parseSignalTimeframe } from '../../domain/timeframe.ts';
import type { Services } from '../services.ts';

export interface ListSignalsInput {
  readonly ticker?: string;
  readonly timeframe?: string;
  readonly side?: string;
  readonly limit: number;
}

/**
 * The newest stored signals, newest first, shown on cards or not.
 *
 * @throws OraError `bad_input` for a malformed ticker, timeframe or side.
 */
export async function listSignals(
  services: Pick<Services, 'stores'>,
  input: ListSignalsInput,
): Promise<Signal[]> {
  const { ticker, timeframe, side, limit } = input;
  return services.stores.signals.list({
    ...(ticker !== undefined && { ticker: parseTicker(ticker) }),
    ...(timeframe !== undefined && { timeframe: parseSignalTimeframe(timeframe) }),
    ...(side !== undefined && { side: parseSide(side) }),
    limit,
  });
}

function parseSide(text: string): Signal['side'] {
  const side = SIDES.find((known) => known === text);
  if (side === undefined) throw new OraError('bad_input', `"${text}" is not a side. Use long or short.`);
  return side;
}
