import { type Chunk, planChunks } from '../../domain/backfill-plan.ts';
import { latestSession, newYorkDate, type Session, sessionsBetween } from '../../domain/calendar.ts';
import type { RejectCounts } from '../../domain/candle.ts';
import { OraError } from '../../domain/errors.ts';
import { fetchedTimeframeFor } from '../../domain/fetch-plan.ts';
import { parseTicker } from '../../domain/ticker.ts';
import { type FetchedTimeframe, parseTimeframe, type Timeframe } from '../../domain/timeframe.ts';
import type { FetchedSeries, SessionCoverage } from '../ports.ts';
import { count, underRun } from '../run.ts';
import type { Services } from '../services.ts';
import { buildSeries } from './build-series.ts';
import { chunksBefore } from './chunks-before.ts';
import { type FetchedChunk, fetchChunk } from './fetch-chunk.ts';

const DAY = 86_400_000;
/** A source that refuses is left alone this long, then twice as long, up to the longest. */
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 10 * 60_000;
const ATTEMPTS = 6;

export interface BackfillInput {
  readonly ticker: string;
  readonly timeframe: string;
  /** Epoch ms. */
  readonly from: number;
  /** Epoch ms, inclusive. */
  readonly to: number;
  readonly now: number;
  /** Stops after the chunk that is under way. */
  readonly stopping?: AbortSignal;
  /** Waits so many ms while the source is left alone. */
  readonly pause: (ms: number) => Promise<void>;
}

export interface BackfillProgress {
  readonly sessionsDone: number;
  readonly sessionsTotal: number;
  /** Ms for which the source is left alone; null while it is asked. */
  readonly pausedMs: number | null;
}

export interface BackfillResult {
  readonly ticker: string;
  readonly timeframe: Timeframe;
  /** New York date of the first session; null when the period has none. */
  readonly beginsAt: string | null;
  /** What was asked for lies partly further back than the source keeps; so many days it does. */
  readonly keptDays: number | null;
  readonly inserted: number;
  readonly changed: number;
  readonly rejected: RejectCounts;
  /** Sessions that were asked for; the others were there. */
  readonly fetched: number;
  readonly sessions: number;
  readonly finished: boolean;
}

type Deps = Pick<Services, 'stores' | 'market' | 'log' | 'settings'>;

/**
 * Brings a ticker's history in from the source, oldest first, in chunks of whole sessions. What is covered is
 * not asked for, so it may be stopped anywhere, killed too, and goes on where it was; and a second run changes
 * nothing. A split in what comes in rewrites all before it: what was stored before it is asked for again.
 *
 * @throws OraError `bad_input` for a malformed ticker or timeframe, a period that ends before it begins, has not
 * come yet, or that the source has lost entirely; `not_found` for an unknown ticker; `unavailable` when the source keeps refusing.
 */
export async function backfillCandles(
  deps: Deps,
  input: BackfillInput,
  onProgress: (progress: BackfillProgress) => void = () => {},
): Promise<BackfillResult> {
  const ticker = parseTicker(input.ticker);
  const timeframe = parseTimeframe(input.timeframe);
  const base = fetchedTimeframeFor(timeframe);
  const { sessions, keptDays } = sessionsWithin(deps, base, input);
  return underRun(deps, { kind: 'backfill', startedAt: input.now }, async (_runId, tally) => {
    const done = await fetchSessions(deps, { ...input, ticker, base, sessions }, onProgress);
    const [first, last] = [sessions[0], sessions.at(-1)];
    if (timeframe !== base && first !== undefined && last !== undefined) {
      const span = { changedFrom: first.open, to: Math.min(last.close, input.now) };
      await buildSeries(deps, { ticker, timeframe, from: base, ...span });
    }
    for (const [reason, rows] of Object.entries(done.rejected)) count(tally, `rejected.${reason}`, rows);
    count(tally, 'inserted', done.inserted);
    deps.log.info({ ticker, timeframe, ...done }, 'candles backfilled');
    return { ticker, timeframe, beginsAt: first?.date ?? null, keptDays, sessions: sessions.length, ...done };
  });
}

/** Sessions of the period that the source still has; that in which its reach begins is never whole. */
function sessionsWithin(
  { market, settings }: Deps,
  base: FetchedTimeframe,
  { from, to, now }: BackfillInput,
): { readonly sessions: Session[]; readonly keptDays: number | null } {
  if (from > now) throw new OraError('bad_input', 'The period lies in the future.');
  if (from > to)
    throw new OraError('bad_input', 'The period would end before it begins: swap --from and --to.');
  const kept = market.historyDays[base];
  const reachFrom = now - (kept - 1) * DAY;
  const end = Math.min(to, now - settings.graceMs);
  const sessions = sessionsBetween(Math.max(from, reachFrom), end, base).filter(
    ({ open }) => open >= reachFrom,
  );
  if (sessions.length === 0 && to < reachFrom) {
    const begins = sessionsBetween(reachFrom, latestSession(now).close, base).find(
      ({ open }) => open >= reachFrom,
    );
    throw new OraError(
      'bad_input',
      `${base} goes back ${kept} days, to ${begins?.date ?? 'today'}: nothing of this period is left. Import it from a file.`,
    );
  }
  return { sessions, keptDays: from < reachFrom ? kept : null };
}

interface FetchInput extends BackfillInput {
  readonly base: FetchedTimeframe;
  readonly sessions: readonly Session[];
}

type Fetched = Pick<BackfillResult, 'inserted' | 'changed' | 'rejected' | 'fetched' | 'finished'>;

async function fetchSessions(
  deps: Deps,
  input: FetchInput,
  onProgress: (progress: BackfillProgress) => void,
): Promise<Fetched> {
  const { ticker, base, sessions, now, stopping } = input;
  const covered = await readCoverage(deps, input);
  const chunks = planChunks(closedParts(sessions, now), covered, deps.market.requestDays[base]);
  const sessionsTotal = chunks.reduce((sum, chunk) => sum + chunk.sessions, 0);
  const total = { inserted: 0, changed: 0, rejected: {} as RejectCounts };
  let sessionsDone = 0;
  const tell = (pausedMs: number | null) => onProgress({ sessionsDone, sessionsTotal, pausedMs });
  const ask = async (chunk: Chunk, before?: Parameters<typeof fetchChunk>[2]) => {
    const question = { ticker, timeframe: base, chunk, covered, now };
    add(total, await persist(() => fetchChunk(deps, question, before), input, tell));
  };
  let isRewritten = false;
  const refetchBefore = async (splits: FetchedSeries['splits']) => {
    const before = Math.max(...splits.map(({ at }) => at));
    const stale = isRewritten ? [] : chunksBefore(deps, { timeframe: base, covered, before, now });
    if (stale.length === 0) return;
    deps.log.warn({ ticker, base, splits }, 'split found, history is fetched again');
    for (const chunk of stale) await ask(chunk);
    isRewritten = true;
    await deps.stores.audit.write({
      at: now,
      actor: deps.market.name,
      action: 'split',
      target: ticker,
      details: { splits, timeframe: base },
    });
  };

  tell(null);
  try {
    for (const chunk of chunks) {
      if (stopping?.aborted) return { ...total, fetched: sessionsDone, finished: false };
      await ask(chunk, refetchBefore);
      sessionsDone += chunk.sessions;
      tell(null);
    }
  } catch (error) {
    if (!stopping?.aborted || !isRefusal(error)) throw error;
    return { ...total, fetched: sessionsDone, finished: false };
  }
  return { ...total, fetched: sessionsDone, finished: true };
}

/** A session that runs is asked for up to now, and is not whole afterwards. */
function closedParts(sessions: readonly Session[], now: number): Session[] {
  return sessions.map((session) => ({ ...session, close: Math.min(session.close, now) }));
}

/** All coverage up to the period's end, oldest first: what is older shows whether a split rewrites it. */
function readCoverage({ stores }: Deps, { ticker, base, sessions }: FetchInput): Promise<SessionCoverage[]> {
  const last = sessions.at(-1);
  if (last === undefined) return Promise.resolve([]);
  return stores.candles.coverage({ ticker, timeframe: base }, '1900-01-01', newYorkDate(last.open));
}

/** A source that refuses is left alone, longer each time, and asked again unless somebody says stop meanwhile. */
async function persist(
  work: () => Promise<FetchedChunk>,
  { pause, stopping }: Pick<BackfillInput, 'pause' | 'stopping'>,
  tell: (pausedMs: number) => void,
): Promise<FetchedChunk> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || !isRefusal(error)) throw error;
      const ms = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
      tell(ms);
      await pause(ms);
      if (stopping?.aborted) throw error;
    }
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof OraError && error.code === 'unavailable';
}

function add(
  total: { inserted: number; changed: number; rejected: RejectCounts },
  { inserted, changed, rejected }: FetchedChunk,
): void {
  total.inserted += inserted;
  total.changed += changed;
  for (const [reason, rows] of Object.entries(rejected) as [keyof RejectCounts, number][])
    total.rejected[reason] = (total.rejected[reason] ?? 0) + rows;
}
