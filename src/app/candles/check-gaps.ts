import { newYorkDate, sessionOn, sessionsBetween } from '../../domain/calendar.ts';
import { planFetches } from '../../domain/fetch-plan.ts';
import { findGaps } from '../../domain/gaps.ts';
import type { SeriesKey } from '../../domain/series-key.ts';
import { MARKET_TICKER, VOLATILITY_TICKER } from '../../domain/ticker.ts';
import { HIGHER_TIMEFRAMES } from '../../domain/timeframe.ts';
import type { CheckedSpan, SessionCoverage, Watch } from '../ports.ts';
import type { Services } from '../services.ts';
import { PROVIDER_LATE_MS } from './coverage.ts';

const DAY = 86_400_000;
/** A candle of the last day may still be late. */
const LATE_MS = DAY;
/** What was checked so recently is looked at again: candles come late and are corrected. */
const RECENT_MS = 10 * DAY;
/** How much of a series is held against the calendar at once, so that memory does not grow with history. */
const WINDOW_MS = 60 * DAY;
const BEGINNING = '1900-01-01';

export interface GapCheck {
  readonly series: number;
  readonly added: number;
  readonly resolved: number;
}

export interface CheckGapsInput {
  readonly now: number;
  readonly ticker?: string;
  readonly timeframe?: string;
}

type Deps = Pick<Services, 'stores' | 'settings'>;

/**
 * Holds the stored candles of each series against the calendar and keeps the ledger of what is absent. A series
 * begins with its first covered session; it ends now where a watch needs it, else with its last covered one:
 * nobody promised more.
 */
export async function checkGaps(deps: Deps, input: CheckGapsInput): Promise<GapCheck> {
  const { candles, watches } = deps.stores;
  const kept = keptUp(await watches.active());
  const all = (await candles.series()).filter(
    ({ ticker, timeframe }) =>
      (input.ticker ?? ticker) === ticker && (input.timeframe ?? timeframe) === timeframe,
  );
  const total = { series: all.length, added: 0, resolved: 0 };
  for (const series of all) {
    const span = await spanToCheck(deps, series, { now: input.now, isKept: kept.has(nameOf(series)) });
    if (span === null) continue;
    const { added, resolved } = await checkSpan(deps, series, span, input.now);
    total.added += added;
    total.resolved += resolved;
  }
  return total;
}

/** Holds a part of one series against the calendar. */
export async function checkSpan(
  { stores, settings }: Deps,
  series: SeriesKey,
  { from, to }: CheckedSpan,
  now: number,
): Promise<{ readonly added: number; readonly resolved: number }> {
  const total = { added: 0, resolved: 0 };
  const closedBy = now - settings.graceMs - PROVIDER_LATE_MS;
  for (let start = from; start < to; start += WINDOW_MS) {
    const window = { from: start, to: Math.min(to, start + WINDOW_MS) };
    const [candles, coverage] = await Promise.all([
      stores.candles.read(series, { from: window.from, to: window.to - 1 }),
      stores.candles.coverage(series, newYorkDate(window.from), newYorkDate(window.to)),
    ]);
    const present = new Set(candles.map(({ ts }) => ts));
    const covered = new Map(coverage.map((each) => [each.date, each]));
    const gaps = sessionsBetween(window.from, window.to, series.timeframe)
      .filter(({ open }) => open >= window.from && open < window.to)
      .flatMap((session) =>
        findGaps({
          ...{ session, present, closedBy, timeframe: series.timeframe },
          coverage: covered.get(session.date),
          lateFrom: now - LATE_MS,
        }),
      );
    const written = await stores.gaps.sync(series, window, { gaps, now });
    total.added += written.added;
    total.resolved += written.resolved;
  }
  return total;
}

/** From where a series was not checked yet, or where it lacks something, but the last days always. */
async function spanToCheck(
  { stores }: Deps,
  series: SeriesKey,
  { now, isKept }: { readonly now: number; readonly isKept: boolean },
): Promise<CheckedSpan | null> {
  const coverage = await stores.candles.coverage(series, BEGINNING, newYorkDate(now));
  const [first, last] = [openOf(coverage[0], series), coverage.at(-1)];
  if (first === null || last === undefined) return null;
  const checked = await stores.gaps.checked(series);
  const [oldest] = await stores.gaps.open({ ...series, reasons: ['missing', 'provider_late'], limit: 1 });
  const isNew = checked === null || first < checked.from;
  const from = isNew
    ? first
    : Math.max(first, Math.min(checked.to - RECENT_MS, oldest?.from ?? Number.POSITIVE_INFINITY));
  // Windows begin with a day, so that a session is never cut in two.
  return { from: startOfDay(from), to: isKept ? now : Math.min(now, (openOf(last, series) ?? now) + DAY) };
}

function openOf(covered: SessionCoverage | undefined, { timeframe }: SeriesKey): number | null {
  return covered === undefined ? null : (sessionOn(covered.date, timeframe)?.open ?? null);
}

function startOfDay(ms: number): number {
  return Math.floor(ms / DAY) * DAY;
}

/** The series that the watches need, named as `nameOf` does. */
function keptUp(watches: readonly Watch[]): ReadonlySet<string> {
  const wanted = watches.flatMap(({ ticker, timeframe }) =>
    seriesOf(ticker, planFetches([timeframe], HIGHER_TIMEFRAMES[timeframe])),
  );
  if (watches.length === 0) return new Set();
  const market = [
    ...seriesOf(MARKET_TICKER, planFetches([], ['15m', '1d'])),
    ...seriesOf(VOLATILITY_TICKER, planFetches([], ['15m'])),
  ];
  return new Set([...wanted, ...market]);
}

function seriesOf(ticker: string, { fetch, build }: ReturnType<typeof planFetches>): string[] {
  const timeframes = [...fetch, ...build.map(({ timeframe }) => timeframe)];
  return timeframes.map((timeframe) => nameOf({ ticker, timeframe }));
}

function nameOf({ ticker, timeframe }: SeriesKey): string {
  return `${ticker} ${timeframe}`;
}
