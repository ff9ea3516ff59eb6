import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { FEATURE_KEYS, type FeatureVector } from '../../domain/features/feature.ts';
import type { NewSignal, Origin, Signal } from '../../domain/signal.ts';
import { signals } from '../schema/signals.ts';
import { symbols } from '../schema/symbols.ts';
import { toIntegerMs } from '../sql.ts';

/** Stays well under the 65,535 parameters of one statement. */
const ROWS_PER_INSERT = 1000;

/** What all signals of one scan of a series share. */
export interface SignalContext {
  readonly symbolId: number;
  readonly origin: Origin;
  readonly runId: string;
}

/** Signals of one series. */
export interface SignalGroup {
  readonly signals: readonly NewSignal[];
  readonly context: SignalContext;
}

/** A signal that was new, with what its card needs. */
export type InsertedSignal = Pick<Signal, 'id' | 'firedAt'> & { readonly side: Signal['side'] | null };

/** Writes signals of different series; one that exists is left as it is. @returns those that were new, by group in their order. */
export async function insertSignals(
  db: NodePgDatabase,
  groups: readonly SignalGroup[],
): Promise<InsertedSignal[][]> {
  const rows = groups.flatMap(({ signals, context }) => signals.map((signal) => toRow(signal, context)));
  const inserted = new Map<string, InsertedSignal>();
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
    const added = await db
      .insert(signals)
      .values(rows.slice(start, start + ROWS_PER_INSERT))
      .onConflictDoNothing()
      .returning({
        id: signals.id,
        symbolId: signals.symbolId,
        timeframe: signals.timeframe,
        firedAt: signals.firedAt,
        detectorId: signals.detectorId,
        detectorVersion: signals.detectorVersion,
        side: signals.side,
      });
    for (const row of added) inserted.set(keyOf(row), row);
  }
  return groups.map((group) =>
    group.signals.flatMap((signal) => inserted.get(keyOf({ ...signal, ...group.context })) ?? []),
  );
}

/** What tells a signal from every other. */
function keyOf(
  signal: Pick<NewSignal, 'timeframe' | 'firedAt' | 'detectorId' | 'detectorVersion'> &
    Pick<SignalContext, 'symbolId'>,
): string {
  const { symbolId, timeframe, firedAt, detectorId, detectorVersion } = signal;
  return JSON.stringify([symbolId, timeframe, firedAt, detectorId, detectorVersion]);
}

function toRow(signal: NewSignal, { symbolId, origin, runId }: SignalContext) {
  const { quote, ...rest } = signal;
  return {
    ...rest,
    symbolId,
    origin,
    watchRunId: runId,
    bid: quote?.bid ?? null,
    ask: quote?.ask ?? null,
    spread: quote === null ? null : quote.ask - quote.bid,
    relVolume: signal.features.rel_vol_20,
    dataFreshnessMs: signal.dataFreshnessMs === null ? null : toIntegerMs(signal.dataFreshnessMs),
  };
}

/** Columns of a whole signal; join `symbols`. */
export const SIGNAL_COLUMNS = {
  id: signals.id,
  ticker: symbols.ticker,
  timeframe: signals.timeframe,
  firedAt: signals.firedAt,
  side: signals.side,
  detectorId: signals.detectorId,
  detectorVersion: signals.detectorVersion,
  score: signals.score,
  priceAtSignal: signals.priceAtSignal,
  bid: signals.bid,
  ask: signals.ask,
  session: signals.session,
  features: signals.features,
  featureVersion: signals.featureVersion,
  featureInputs: signals.featureInputs,
  dataFreshnessMs: signals.dataFreshnessMs,
  sourceSystem: signals.sourceSystem,
  origin: signals.origin,
} as const;

/** Without a side and a price a row of another program is no signal that can be shown. */
export const IS_WHOLE = sql`${signals.side} IS NOT NULL AND ${signals.priceAtSignal} IS NOT NULL`;

type SignalRow = {
  [Key in keyof typeof SIGNAL_COLUMNS]:
    | (typeof SIGNAL_COLUMNS)[Key]['_']['data']
    | NullOf<(typeof SIGNAL_COLUMNS)[Key]['_']['notNull']>;
};
type NullOf<NotNull> = NotNull extends true ? never : null;

/** @returns null for a row that is no whole signal. */
export function toSignal(row: SignalRow): Signal | null {
  const { bid, ask, side, priceAtSignal, score, session, features, featureVersion, featureInputs, ...rest } =
    row;
  if (side === null || priceAtSignal === null) return null;
  return {
    ...rest,
    side,
    priceAtSignal,
    score: score ?? 0,
    quote: bid === null || ask === null ? null : { bid, ask },
    session: session ?? 'regular',
    features: toVector(features),
    featureVersion: featureVersion ?? 0,
    featureInputs: featureInputs ?? {},
  };
}

/** Every key is there: one that the row lacks is null. */
function toVector(stored: Partial<FeatureVector> | null): FeatureVector {
  return Object.fromEntries(FEATURE_KEYS.map((key) => [key, stored?.[key] ?? null])) as FeatureVector;
}
