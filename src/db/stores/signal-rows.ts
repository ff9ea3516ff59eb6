import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { FEATURE_KEYS, type FeatureVector } from '../../domain/features/feature.ts';
import type { NewSignal, Origin, Signal } from '../../domain/signal.ts';
import { signals } from '../schema/signals.ts';
import { symbols } from '../schema/symbols.ts';
import { toIntegerMs } from '../sql.ts';

/** Stays well under the 65,535 parameters of one statement. */
const ROWS_PER_INSERT = 1000;

/** What all signals of one insert share. */
export interface SignalContext {
  readonly symbolId: number;
  readonly origin: Origin;
  readonly runId: string;
}

/** A signal that was new, with what its card needs. */
export type InsertedSignal = Pick<Signal, 'id' | 'firedAt'> & { readonly side: Signal['side'] | null };

/** Writes signals; one that exists is left as it is. @returns those that were new. */
export async function insertSignals(
  db: NodePgDatabase,
  rows: readonly NewSignal[],
  context: SignalContext,
): Promise<InsertedSignal[]> {
  const inserted: InsertedSignal[] = [];
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
    const batch = rows.slice(start, start + ROWS_PER_INSERT).map((signal) => toRow(signal, context));
    const added = await db
      .insert(signals)
      .values(batch)
      .onConflictDoNothing()
      .returning({ id: signals.id, firedAt: signals.firedAt, side: signals.side });
    inserted.push(...added);
  }
  return inserted;
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
