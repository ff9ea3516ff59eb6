import { sessionsBetween } from '../../domain/calendar.ts';
import { OraError } from '../../domain/errors.ts';
import { FEATURE_VERSION } from '../../domain/features/vector.ts';
import { isDrawn } from '../../domain/lottery.ts';
import { parseTicker } from '../../domain/ticker.ts';
import { parseSignalTimeframe, type SignalTimeframe, TIMEFRAME_MINUTES } from '../../domain/timeframe.ts';
import type { NewBaseline } from '../ports.ts';
import { count, underRun } from '../run.ts';
import { createMarketMemory, type MarketMemory, warmUp } from '../scan/series-memory.ts';
import type { Services } from '../services.ts';

const DAY = 86_400_000;
/** Drawn again each time, for candles that came late. */
const AGAIN_MS = 7 * DAY;
/** Sessions read at once. */
const SESSIONS_PER_READ = 20;
/** A signal within so many candles is near: as long as the shortest horizon. */
const NEAR_CANDLES = 5;

export interface DrawBaselinesInput {
  readonly now: number;
  /** First moment, epoch ms; without it from where the last draw ended, or from the oldest signal. */
  readonly from?: number;
  /** Last moment, epoch ms; now unless said. */
  readonly to?: number;
  /** Otherwise every series that is scanned. */
  readonly ticker?: string;
  readonly timeframe?: string;
}

export interface DrawnBaselines {
  readonly series: number;
  /** Baselines that were not stored before. */
  readonly drawn: number;
  /** Baselines found to lie near a signal. */
  readonly near: number;
  /** Series that failed, each with the reason, in a sentence. */
  readonly failures: readonly string[];
}

type Deps = Pick<Services, 'stores' | 'log' | 'settings'>;
type DrawSeries = { readonly ticker: string; readonly timeframe: SignalTimeframe };

/**
 * Draws random candles of scanned series and freezes their features as a signal's are frozen: the negative
 * samples. A second run adds nothing; a series that fails is reported and stops only itself.
 *
 * @throws OraError `bad_input` for malformed words or a period that ends before it begins.
 */
export async function drawBaselines(deps: Deps, input: DrawBaselinesInput): Promise<DrawnBaselines> {
  const { from, to = input.now } = input;
  if (from !== undefined && from > to) {
    throw new OraError('bad_input', 'The period would end before it begins: swap --from and --to.');
  }
  const wanted = await findSeries(deps, input);
  return underRun(deps, { kind: 'baseline', startedAt: input.now }, async (_runId, tally) => {
    const total = { drawn: 0, near: 0 };
    for (const series of wanted) {
      try {
        const { drawn, near } = await drawSeries(deps, series, { from, to });
        total.drawn += drawn;
        total.near += near;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        tally.errors.push(`${series.ticker} ${series.timeframe}: ${reason}`);
        deps.log.error({ series, error }, 'no baselines drawn');
      }
    }
    for (const [name, number] of Object.entries(total)) count(tally, name, number);
    deps.log.info({ series: wanted.length, ...total, failures: tally.errors.length }, 'baselines drawn');
    return { series: wanted.length, ...total, failures: tally.errors };
  });
}

async function findSeries({ stores }: Deps, input: DrawBaselinesInput): Promise<DrawSeries[]> {
  const ticker = input.ticker === undefined ? null : parseTicker(input.ticker);
  const timeframe = input.timeframe === undefined ? null : parseSignalTimeframe(input.timeframe);
  const scanned = await stores.baselines.series();
  return scanned.filter(
    (series) =>
      (ticker ?? series.ticker) === series.ticker && (timeframe ?? series.timeframe) === series.timeframe,
  );
}

async function drawSeries(
  deps: Deps,
  series: DrawSeries,
  period: { readonly from: number | undefined; readonly to: number },
): Promise<{ readonly drawn: number; readonly near: number }> {
  const { baselines, candles: store } = deps.stores;
  const drawnTo = period.from === undefined ? await baselines.drawnTo(series) : null;
  const from = period.from ?? (drawnTo === null ? null : drawnTo - AGAIN_MS);
  if (from === null) return { drawn: 0, near: 0 };

  const market = createMarketMemory();
  await market.follow(store, from);
  const see = await startVectors(deps, series, { from, market });
  const sessions = sessionsBetween(from, period.to, series.timeframe);
  let drawn = 0;
  for (let at = 0; at < sessions.length; at += SESSIONS_PER_READ) {
    const [first, last] = [sessions[at], sessions[Math.min(at + SESSIONS_PER_READ, sessions.length) - 1]];
    if (first === undefined || last === undefined) break;
    const range = { from: Math.max(from, first.open), to: Math.min(period.to, last.close - 1) };
    const found = (await store.read(series, range)).flatMap((candle) => see(candle));
    drawn += await baselines.insert(series, found);
  }
  const near = await baselines.markNear(series, NEAR_CANDLES * TIMEFRAME_MINUTES[series.timeframe] * 60_000);
  return { drawn, near };
}

/** Sees every candle, so that indicators stay warm, and answers those that are drawn. */
async function startVectors(
  { stores, settings }: Deps,
  series: DrawSeries,
  { from, market }: { readonly from: number; readonly market: MarketMemory },
) {
  const { scanner } = await warmUp(stores.candles, { ...series, through: from - 1 }, market);
  return (candle: Parameters<typeof scanner.see>[0]): NewBaseline[] => {
    const { moment } = scanner.see(candle);
    if (!isDrawn(settings.baselines, { ...series, ts: candle.ts })) return [];
    return [
      {
        ts: candle.ts,
        closedAt: moment.firedAt,
        price: candle.close,
        features: moment.features,
        featureVersion: FEATURE_VERSION,
        featureInputs: scanner.inputsOf(moment),
      },
    ];
  };
}
