import { candleEnd, lastClosedSpan, newYorkDate } from '../../domain/calendar.ts';
import type { Candle } from '../../domain/candle.ts';
import { parseCandleTime } from '../../domain/candle-time.ts';
import * as allRules from '../../domain/detectors/all.ts';
import type { Condition } from '../../domain/detectors/condition.ts';
import { detectionOf, type Look, type LookStream, type Rule } from '../../domain/detectors/rule.ts';
import type { Detection, Side, Signal } from '../../domain/signal.ts';
import { parseTicker } from '../../domain/ticker.ts';
import { parseSignalTimeframe, type SignalTimeframe } from '../../domain/timeframe.ts';
import type { CardFate, Watch } from '../ports.ts';
import { createMarketMemory, warmUp } from '../scan/series-memory.ts';
import type { Services } from '../services.ts';

const rules: readonly Rule[] = Object.values(allRules);
/** Candles that the rules watch before the one in question: more than any of them remembers for long. */
const REMEMBERED = 400;
/** More signals than all detectors and their versions can make of one candle. */
const MAX_SIGNALS = 100;

export interface WhyQuestion {
  readonly ticker: string;
  readonly timeframe: string;
  /** As `parseCandleTime` reads it; the candle is the newest that had closed by then. */
  readonly time: string;
  readonly now: number;
}

/** What one detector made of the candle. */
export interface DetectorVerdict {
  readonly detectorId: string;
  /** Recorded: only a stored signal is one. */
  readonly fired: { readonly side: Side; readonly score: number; readonly at: Signal } | null;
  /** What the rule says to the candles as they are stored now; null when it says nothing, or is a model. */
  readonly today: Detection | null;
  /** The side that fired, else the one that came nearer, with each condition; null without the candle. */
  readonly look: { readonly side: Side; readonly conditions: readonly Condition[] } | null;
}

export interface Why {
  readonly ticker: string;
  readonly timeframe: SignalTimeframe;
  /** When the candle closed, epoch ms. */
  readonly closedAt: number;
  /** USD; null when the candle is not stored. */
  readonly close: number | null;
  /** `traded`: stored. `no_trade`: covered, and nothing traded. `missing`: nobody knows. */
  readonly candle: 'traded' | 'no_trade' | 'missing';
  readonly verdicts: readonly DetectorVerdict[];
  /** Cards of what fired, with what held them. */
  readonly fates: readonly CardFate[];
  /** Close of the newest stored candle of the series, epoch ms; null without any. */
  readonly newestCloseAt: number | null;
  /** Who scans it now, and how far it came; null when nobody watches it. */
  readonly watch: Pick<Watch, 'lastScannedTs'> | null;
  /** `ts` of the candle, epoch ms. */
  readonly ts: number;
}

type Deps = Pick<Services, 'stores' | 'settings'>;

/**
 * Why a candle made a signal or not: each condition of each detector, and what held the card. What
 * fired is what is stored; the conditions are computed anew from the candles as they are now.
 *
 * @throws OraError `bad_input` for malformed words.
 */
export async function explainWhy({ stores, settings }: Deps, question: WhyQuestion): Promise<Why> {
  const { now } = question;
  const ticker = parseTicker(question.ticker);
  const timeframe = parseSignalTimeframe(question.timeframe);
  const asked = parseCandleTime(question.time, now);
  const span = lastClosedSpan(timeframe, Math.min(asked, now - settings.graceMs), 0);
  const series = { ticker, timeframe };
  const [before, signals, [newest], watches] = await Promise.all([
    stores.candles.read(series, { to: span.ts, last: REMEMBERED + 1 }),
    stores.signals.list({ ...series, before: span.end + 1, limit: MAX_SIGNALS }),
    stores.candles.read(series, { last: 1 }),
    stores.watches.active(),
  ]);
  const candle = before.at(-1)?.ts === span.ts ? before.at(-1) : undefined;
  const fired = signals.filter(({ firedAt }) => firedAt === span.end);
  const looks =
    candle === undefined ? new Map<Rule, readonly Look[]>() : await lookAt(stores, series, before);
  return {
    ticker,
    timeframe,
    ts: span.ts,
    closedAt: span.end,
    close: candle?.close ?? null,
    candle: candle === undefined ? await absence(stores, series, span) : 'traded',
    verdicts: [...rules.map((rule) => verdictOf(rule, looks.get(rule) ?? [], fired)), ...byModels(fired)],
    fates: fired.length === 0 ? [] : await stores.cards.fatesOf(fired.map(({ id }) => id)),
    newestCloseAt: newest === undefined ? null : candleEnd(newest.ts, timeframe),
    watch: watches.find((each) => each.ticker === ticker && each.timeframe === timeframe) ?? null,
  };
}

/** What every rule looked at on the last of some candles, seen as the scanner sees them. */
async function lookAt(
  { candles }: Deps['stores'],
  series: { readonly ticker: string; readonly timeframe: SignalTimeframe },
  seen: readonly Candle[],
): Promise<ReadonlyMap<Rule, readonly Look[]>> {
  const [first] = seen;
  if (first === undefined) return new Map();
  const market = createMarketMemory();
  await market.follow(candles, first.ts);
  const memory = await warmUp(candles, { ...series, through: first.ts - 1 }, market);
  const streams = rules.map((rule): [Rule, LookStream] => [rule, rule.look()]);
  let looks = new Map<Rule, readonly Look[]>();
  for (const candle of seen) {
    const { features } = memory.scanner.see(candle).moment;
    looks = new Map(streams.map(([rule, look]) => [rule, look({ candle, features })]));
  }
  return looks;
}

function verdictOf(rule: Rule, looks: readonly Look[], fired: readonly Signal[]): DetectorVerdict {
  const signal = fired.find(({ detectorId }) => detectorId === rule.id);
  const look = looks.find(({ side }) => side === signal?.side) ?? nearest(looks);
  return {
    detectorId: rule.id,
    fired: signal === undefined ? null : firedAs(signal),
    today: detectionOf(looks),
    look: look === undefined ? null : { side: look.side, conditions: look.conditions },
  };
}

/** Detectors that are no rules say nothing but what they recorded. */
function byModels(fired: readonly Signal[]): DetectorVerdict[] {
  const others = fired.filter(({ detectorId }) => rules.every(({ id }) => id !== detectorId));
  return others.map((signal) => ({
    detectorId: signal.detectorId,
    fired: firedAs(signal),
    today: null,
    look: null,
  }));
}

function firedAs(signal: Signal): NonNullable<DetectorVerdict['fired']> {
  return { side: signal.side, score: signal.score, at: signal };
}

/** The side of which more holds; long where both are even. */
function nearest(looks: readonly Look[]): Look | undefined {
  const held = ({ conditions }: Look) => conditions.filter(({ holds }) => holds).length;
  return looks.toSorted((a, b) => held(b) - held(a))[0];
}

/** Why a candle is not there. */
async function absence(
  { candles }: Deps['stores'],
  series: { readonly ticker: string; readonly timeframe: SignalTimeframe },
  span: { readonly ts: number; readonly end: number },
): Promise<'no_trade' | 'missing'> {
  const date = newYorkDate(span.ts);
  const [covered] = await candles.coverage(series, date, date);
  return covered !== undefined && covered.coveredThrough >= span.end ? 'no_trade' : 'missing';
}
