import { type SQL, sql } from 'drizzle-orm';
import { TIMEFRAME_MINUTES, TIMEFRAMES } from '../../domain/timeframe.ts';
import { msOf } from '../sql.ts';

/** A price that moved by more than this since it was written down was rescaled: no revision is as large, and no split smaller. */
export const RESCALED = 0.15;
/** No split is larger; a price further off was never right. */
const LARGEST_SPLIT = 200;
/** No candle is longer. */
export const LONGEST = sql`interval '390 minutes'`;

/** Where a kind of target keeps what is measured from. */
export interface TargetSource {
  readonly kind: 'signal' | 'baseline';
  readonly id: SQL;
  readonly symbol: SQL;
  readonly timeframe: SQL;
  readonly moment: SQL;
  readonly price: SQL;
  readonly features: SQL;
  readonly side: SQL;
}

export const SIGNAL_SOURCE: TargetSource = {
  kind: 'signal',
  id: sql`s.id`,
  symbol: sql`s.symbol_id`,
  timeframe: sql`s.timeframe`,
  moment: sql`s.fired_at`,
  price: sql`s.price_at_signal`,
  features: sql`s.features`,
  side: sql`s.side`,
};

/** @param side each side is a target of its own. */
export function baselineSource(side: SQL): TargetSource {
  return {
    kind: 'baseline',
    id: sql`b.id`,
    symbol: sql`b.symbol_id`,
    timeframe: sql`b.timeframe`,
    moment: sql`b.closed_at`,
    price: sql`b.price_at_baseline`,
    features: sql`b.features`,
    side,
  };
}

/**
 * A split rewrites stored candles but never a signal: where the triggering candle's close is not the price any
 * more, its ratio brings price and ATR to the scale of the candles that are measured against them.
 */
export function targetColumns({ kind, id, moment, price, features, side }: TargetSource): SQL {
  return sql`${kind} AS kind, ${id}::float8 AS id, ${msOf(moment)} AS "firedAt",
    round(${price} * scale.factor, 6)::float8 AS price, (${features}->>'atr14')::float8 * scale.factor::float8 AS atr14,
    ${side} AS side, scale.factor <> 1 AS "isRescaled"`;
}

/**
 * To be joined: how much prices were rescaled since, 1 as a rule. The triggering candle is looked for where it
 * should be, and further back only when it is not there: a look into an index reads all that lies within its bounds.
 */
export function scaleOf(source: TargetSource): SQL {
  return sql`LATERAL (
    SELECT CASE WHEN abs(moved.by - 1) > ${RESCALED}::numeric AND moved.by BETWEEN 1 / ${LARGEST_SPLIT}::numeric AND ${LARGEST_SPLIT}::numeric
                THEN moved.by ELSE 1 END AS factor
    FROM (SELECT 1) AS one LEFT JOIN LATERAL (
      SELECT c.close / nullif(${source.price}, 0) AS by
      FROM ((${closeWithin(source, lengthOf(source))}) UNION ALL (${closeWithin(source, LONGEST)})) AS c LIMIT 1
    ) AS moved ON true
  ) AS scale`;
}

/** Close of the newest candle that opened before the moment, and not longer before. */
function closeWithin({ symbol, timeframe, moment }: TargetSource, before: SQL): SQL {
  return sql`SELECT c.close FROM candles c
    WHERE c.symbol_id = ${symbol} AND c.timeframe = ${timeframe} AND c.ts < ${moment} AND c.ts >= ${moment} - ${before}
    ORDER BY c.ts DESC LIMIT 1`;
}

/** Of a candle, as an interval. */
function lengthOf({ timeframe }: TargetSource): SQL {
  const lengths = TIMEFRAMES.map(
    (each) => `WHEN '${each}' THEN interval '${TIMEFRAME_MINUTES[each]} minutes'`,
  );
  return sql`CASE ${timeframe} ${sql.raw(lengths.join(' '))} END`;
}
