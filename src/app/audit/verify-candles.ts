import { newYorkDate, sessionsBetween, spanAt } from '../../domain/calendar.ts';
import type { Candle } from '../../domain/candle.ts';
import type { SeriesKey } from '../ports.ts';
import type { Services } from '../services.ts';
import {
  type Findings,
  nameMoment,
  noFindings,
  type Verification,
  type VerifyInput,
  windowsOf,
} from './verification.ts';

/** Ratios by which shares are commonly split. */
const SPLITS = [2, 3, 4, 5, 10, 20, 1.5];
const SPLIT_TOLERANCE = 0.04;

type Deps = Pick<Services, 'stores' | 'settings'>;

/**
 * Holds stored candles against the clock and the calendar: closed, in order, on the grid, possible as prices,
 * and every session between the first and the last covered. A jump between two candles that looks like a
 * split is a warning.
 */
export async function verifyCandles(
  { stores, settings }: Deps,
  input: VerifyInput & { readonly ticker?: string },
): Promise<Verification> {
  const findings = noFindings();
  const all = await stores.candles.series();
  for (const series of all.filter(({ ticker }) => (input.ticker ?? ticker) === ticker)) {
    const check = createCheck(series, input.now - settings.graceMs, findings);
    for (const window of windowsOf(input)) {
      for (const candle of await stores.candles.read(series, window)) check(candle);
    }
    findings.differences.push(
      ...(await findGaps(stores, series, { ...input, closedBy: input.now - settings.graceMs })),
    );
  }
  return findings;
}

/** Looks at the candles of one series, oldest first. */
function createCheck({ ticker, timeframe }: SeriesKey, closedBy: number, findings: Findings) {
  let before: Candle | null = null;
  return (candle: Candle): void => {
    findings.checked += 1;
    const fault = faultOf(candle, before, spanAt(candle.ts, timeframe)?.end ?? null, closedBy);
    const name = `${ticker} ${timeframe} ${nameMoment(candle.ts)}`;
    if (fault !== null) findings.differences.push(`${name}: ${fault}`);
    const split = before === null ? null : splitBetween(before.close, candle.open);
    if (split !== null) {
      findings.warnings.push(
        `${name}: the price jumps by a factor of ${split}, like a split that was not adjusted for`,
      );
    }
    before = candle;
  };
}

/** What is wrong with a candle; null when nothing is. */
function faultOf(candle: Candle, before: Candle | null, end: number | null, closedBy: number): string | null {
  const { ts, open, high, low, close, volume } = candle;
  if (end === null) return 'no regular candle opens then';
  if (end > closedBy) return 'is not closed yet';
  if (before !== null && ts <= before.ts) return 'is out of order';
  if (high < Math.max(open, close) || low > Math.min(open, close))
    return 'its high or low is not its extreme';
  if (!(low > 0)) return 'its price is not above zero';
  return volume < 0 ? 'its volume is negative' : null;
}

/** The factor between two prices when it is that of a common split, else null. */
function splitBetween(before: number, after: number): string | null {
  const factor = Math.max(before / after, after / before);
  const split = SPLITS.find((ratio) => Math.abs(factor / ratio - 1) <= SPLIT_TOLERANCE && factor > 1.4);
  if (split === undefined) return null;
  return after < before ? `1/${split}` : `${split}`;
}

/** Sessions between the first and the last covered one that are not covered to their close. */
async function findGaps(
  { candles }: Deps['stores'],
  series: SeriesKey,
  { from, to, closedBy }: VerifyInput & { readonly closedBy: number },
): Promise<string[]> {
  const coverage = await candles.coverage(series, newYorkDate(from), newYorkDate(to));
  const [first, last] = [coverage[0], coverage.at(-1)];
  if (first === undefined || last === undefined) return [];
  const through = new Map(coverage.map(({ date, coveredThrough }) => [date, coveredThrough]));
  return sessionsBetween(from, to, series.timeframe)
    .filter(({ date, close }) => date > first.date && date < last.date && close <= closedBy)
    .filter(({ date, close }) => (through.get(date) ?? 0) < close)
    .map(({ date }) => `${series.ticker} ${series.timeframe} ${date}: the session is missing, or not whole`);
}
