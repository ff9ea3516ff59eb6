import { sql } from 'drizzle-orm';
import type { CorporateActionStore } from '../../app/ports.ts';
import type { CorporateAction } from '../../domain/corporate-action.ts';
import type { Connection } from '../client.ts';
import { at, query } from '../sql.ts';
import { symbolId, symbolStore } from './symbol-store.ts';

interface Row {
  readonly kind: CorporateAction['kind'];
  readonly exDate: string;
  readonly size: number;
}

/** Splits and dividends, in Postgres. */
export function corporateActionStore(connection: Connection): CorporateActionStore {
  const symbols = symbolStore(connection);
  const { db } = connection;
  return {
    async add(ticker, actions, source) {
      if (actions.length === 0) return [];
      const symbol = await symbols.resolve(ticker);
      const added: CorporateAction[] = [];
      for (const action of actions) {
        const rows = await query(
          db,
          sql`INSERT INTO corporate_actions (symbol_id, kind, ex_date, ratio, amount_usd, source)
              VALUES (${symbol}, ${action.kind}, ${action.exDate}, ${action.kind === 'split' ? action.ratio : null},
                ${action.kind === 'dividend' ? action.amount : null}, ${source})
              ON CONFLICT DO NOTHING RETURNING 1`,
        );
        if (rows.length > 0) added.push(action);
      }
      return added;
    },

    splitsSeenAfter: (ms) =>
      query(
        db,
        sql`SELECT s.ticker, max(a.ex_date)::text AS "exDate"
            FROM corporate_actions a JOIN symbols s ON s.id = a.symbol_id
            WHERE a.kind = 'split' AND a.seen_at > ${at(ms)} GROUP BY s.ticker ORDER BY s.ticker`,
      ),

    async of(ticker) {
      const rows = await query<Row>(
        db,
        sql`SELECT kind, ex_date::text AS "exDate", coalesce(ratio, amount_usd)::float8 AS size
            FROM corporate_actions WHERE symbol_id = ${symbolId(ticker)} ORDER BY ex_date, kind`,
      );
      return rows.map(({ kind, exDate, size }) =>
        kind === 'split' ? { kind, exDate, ratio: size } : { kind, exDate, amount: size },
      );
    },
  };
}
