import type { Chunk } from '../../domain/backfill-plan.ts';
import type { RejectCounts } from '../../domain/candle.ts';
import { checkCandles } from '../../domain/check-candles.ts';
import type { FetchedTimeframe } from '../../domain/timeframe.ts';
import type { FetchedSeries, SessionCoverage, StoreCounts } from '../ports.ts';
import type { Services } from '../services.ts';
import { provenCoverage } from './coverage.ts';
import { QUIET_MS } from './fetch-series.ts';
import { markActions } from './mark-actions.ts';
import { presentOf } from './present.ts';

export interface ChunkQuestion {
  readonly ticker: string;
  readonly timeframe: FetchedTimeframe;
  readonly chunk: Chunk;
  readonly covered: readonly SessionCoverage[];
  readonly now: number;
}

export type FetchedChunk = StoreCounts & { readonly rejected: RejectCounts };

type Deps = Pick<Services, 'stores' | 'market' | 'log' | 'settings'>;

/**
 * Asks for some sessions and stores what came with what it proves. `before` is called with the splits in it
 * ahead of that: once it is stored, nothing says any more that something is still to be done.
 *
 * @throws OraError as the source says.
 */
export async function fetchChunk(
  deps: Deps,
  question: ChunkQuestion,
  before: (splits: FetchedSeries['splits']) => Promise<void> = async () => {},
): Promise<FetchedChunk> {
  const { ticker, timeframe, chunk, covered, now } = question;
  const { graceMs } = deps.settings;
  const fetched = await askFor(deps, question);
  await deps.stores.symbols.resolve(ticker, { exchange: fetched.exchange });
  await markActions(deps, { ticker, fetched, now });
  await before(fetched.splits.filter(({ at }) => at >= chunk.from));
  const present = presentOf(deps, question, fetched);
  const { candles, rejected } = checkCandles(fetched.rows, { timeframe, now: present, graceMs });
  const coverage = provenCoverage(candles, {
    ...{ timeframe, now: present, graceMs, covered },
    from: fetched.reachedFrom,
    to: chunk.to,
  });
  const source = deps.market.name;
  const counts = await deps.stores.candles.store({ ticker, timeframe, source, candles, coverage });
  return { ...counts, rejected };
}

/** An answer that begins late had nothing before its first candle, which the source may have spoiled: more before it is asked for. */
async function askFor(
  { market }: Deps,
  { ticker, timeframe, chunk, now }: ChunkQuestion,
): Promise<FetchedSeries> {
  const request = { ticker, timeframe, to: Math.min(chunk.to, now) };
  const fetched = await market.fetch({ ...request, from: chunk.from });
  if (fetched.reachedFrom <= chunk.from) return fetched;
  return market.fetch({ ...request, from: chunk.from - QUIET_MS });
}
