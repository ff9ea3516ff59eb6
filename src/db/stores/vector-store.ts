import { sql } from 'drizzle-orm';
import type { FrozenVector, VectorStore } from '../../app/ports.ts';
import type { Connection } from '../client.ts';
import { at, msOf, query } from '../sql.ts';
import { symbolId } from './symbol-store.ts';

interface Row extends Omit<FrozenVector, 'quote'> {
  readonly bid: number | null;
  readonly ask: number | null;
}

/** Frozen features of signals and baselines, in Postgres. */
export function vectorStore({ db }: Connection): VectorStore {
  return {
    async frozen({ ticker, timeframe }, { from, to }) {
      const rows = await query<Row>(
        db,
        sql`SELECT 'signal' AS kind, s.id::float8 AS id, ${msOf(sql`s.fired_at`)} AS "firedAt", s.features,
                   s.feature_version AS "featureVersion", s.feature_inputs AS inputs, s.bid::float8 AS bid,
                   s.ask::float8 AS ask, ${msOf(sql`r.started_at`)} AS "recordedAt"
            FROM signals s LEFT JOIN scan_runs r ON r.id = s.watch_run_id
            WHERE s.symbol_id = ${symbolId(ticker)} AND s.timeframe = ${timeframe}
              AND s.fired_at BETWEEN ${at(from)} AND ${at(to)}
              AND s.features IS NOT NULL AND s.feature_inputs IS NOT NULL AND s.feature_inputs <> '{}'
            UNION ALL
            SELECT 'baseline', b.id::float8, ${msOf(sql`b.closed_at`)}, b.features, b.feature_version,
                   b.feature_inputs, NULL, NULL, NULL
            FROM baselines b
            WHERE b.symbol_id = ${symbolId(ticker)} AND b.timeframe = ${timeframe}
              AND b.closed_at BETWEEN ${at(from)} AND ${at(to)} AND b.feature_inputs IS NOT NULL
            ORDER BY "firedAt", kind, id`,
      );
      return rows.map(({ bid, ask, ...row }) => ({
        ...row,
        quote: bid === null || ask === null ? null : { bid, ask },
      }));
    },
  };
}
