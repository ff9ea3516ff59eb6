import { candleEnd, newYorkDate, sessionAt } from '../../domain/calendar.ts';
import type { Candle, RawCandle, RejectCounts } from '../../domain/candle.ts';
import { checkCandles } from '../../domain/check-candles.ts';
import { OraError } from '../../domain/errors.ts';
import { parseTicker } from '../../domain/ticker.ts';
import { parseTimeframe, TIMEFRAME_MINUTES, TIMEFRAMES, type Timeframe } from '../../domain/timeframe.ts';
import type { SessionCoverage, StoreCounts } from '../ports.ts';
import { count, underRun } from '../run.ts';
import type { Services } from '../services.ts';
import { buildSeries } from './build-series.ts';

export interface ImportCandlesInput {
  readonly ticker: string;
  readonly timeframe: string;
  /** Kept in `candles.source`: where the file comes from. */
  readonly source: string;
  /** In the order of the file. */
  readonly rows: readonly RawCandle[];
  readonly now: number;
}

export interface ImportedCandles extends StoreCounts {
  readonly rejected: RejectCounts;
  readonly sessions: number;
  /** Larger timeframes that were built from them. */
  readonly built: readonly Timeframe[];
}

/**
 * Stores candles from a file and builds the larger timeframes. Each session with at least one candle
 * counts as covered: a candle that the file lacks in it had no trade.
 *
 * @throws OraError `bad_input` for a malformed ticker, timeframe or source name, or when no row is a candle.
 */
export async function importCandles(
  deps: Pick<Services, 'stores' | 'log' | 'settings'>,
  input: ImportCandlesInput,
): Promise<ImportedCandles> {
  const ticker = parseTicker(input.ticker);
  const timeframe = parseTimeframe(input.timeframe);
  const source = parseSource(input.source);
  const { candles, rejected } = checkCandles(input.rows, { timeframe, now: input.now, graceMs: 0 });
  const [first] = candles;
  const last = candles.at(-1);
  if (first === undefined || last === undefined) {
    throw new OraError(
      'bad_input',
      `No row of the file is a ${timeframe} candle: ${JSON.stringify(rejected)}.`,
    );
  }
  return underRun(deps, { kind: 'import', startedAt: input.now }, async (_runId, tally) => {
    const coverage = coverSessions(candles, timeframe, input.now);
    const counts = await deps.stores.candles.store({ ticker, timeframe, source, candles, coverage });
    const built = buildableFrom(timeframe);
    for (const larger of built) {
      await buildSeries(deps, {
        ticker,
        timeframe: larger,
        from: timeframe,
        // All of its session: what was there before may only now be covered.
        changedFrom: sessionAt(first.ts, timeframe)?.open ?? first.ts,
        to: last.ts,
      });
    }
    for (const [reason, rows] of Object.entries(rejected)) count(tally, `rejected.${reason}`, rows);
    count(tally, 'inserted', counts.inserted);
    deps.log.info({ ticker, timeframe, source, ...counts, rejected }, 'candles imported');
    return { ...counts, rejected, sessions: coverage.length, built };
  });
}

/** A session that still runs is covered only as far as the file reaches. */
function coverSessions(candles: readonly Candle[], timeframe: Timeframe, now: number): SessionCoverage[] {
  const through = new Map<string, number>();
  for (const { ts } of candles) {
    const close = sessionAt(ts, timeframe)?.close ?? ts;
    through.set(newYorkDate(ts), close <= now ? close : candleEnd(ts, timeframe));
  }
  return [...through].map(([date, coveredThrough]) => ({ date, coveredThrough }));
}

/** The larger timeframes that whole candles of this one make up; a day is made up of any. */
function buildableFrom(timeframe: Timeframe): Timeframe[] {
  const larger = TIMEFRAMES.slice(TIMEFRAMES.indexOf(timeframe) + 1);
  return larger.filter(
    (each) => each === '1d' || TIMEFRAME_MINUTES[each] % TIMEFRAME_MINUTES[timeframe] === 0,
  );
}

function parseSource(text: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,39}$/i.test(text) && !text.startsWith('built')) return text;
  throw new OraError(
    'bad_input',
    `"${text}" cannot name a source. Use letters, digits, dots and dashes, such as polygon-2024.`,
  );
}
