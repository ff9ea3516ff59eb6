import { type Chunk, planChunks } from '../../domain/backfill-plan.ts';
import { sessionsBetween } from '../../domain/calendar.ts';
import type { FetchedTimeframe } from '../../domain/timeframe.ts';
import type { SessionCoverage } from '../ports.ts';
import type { Services } from '../services.ts';

const DAY = 86_400_000;

export interface ChunksBeforeInput {
  readonly timeframe: FetchedTimeframe;
  /** Oldest first. */
  readonly covered: readonly SessionCoverage[];
  /** Epoch ms: only sessions that open before it. */
  readonly before: number;
  readonly now: number;
}

/** What is stored from before a split, as far as the source still has it. */
export function chunksBefore(
  { market }: Pick<Services, 'market'>,
  { timeframe, covered, before, now }: ChunksBeforeInput,
): Chunk[] {
  const known = new Set(covered.map(({ date }) => date));
  const reachFrom = now - (market.historyDays[timeframe] - 1) * DAY;
  const [oldest] = covered;
  if (oldest === undefined || !Number.isFinite(before)) return [];
  const from = Math.max(reachFrom, Date.parse(`${oldest.date}T00:00:00Z`));
  const sessions = sessionsBetween(from, before, timeframe).filter(
    ({ date, open }) => known.has(date) && open < before && open >= reachFrom,
  );
  return planChunks(sessions, [], market.requestDays[timeframe]);
}
