import { Decimal } from 'decimal.js';
import { type SQL, sql } from 'drizzle-orm';
import type { ExitRow, JournalStore, StatsPeriod, TradeRow } from '../../app/journal/journal-ports.ts';
import type { Connection } from '../client.ts';
import { msOf, query } from '../sql.ts';

type Words<Row, Numbers extends keyof Row> = Omit<Row, Numbers> & Readonly<Record<Numbers, string>>;

/** Derived exits and round trips, for statistics. */
export function journalStats({ db }: Connection): Pick<JournalStore, 'exits' | 'trades'> {
  return {
    async exits(period) {
      const rows = await query<Words<ExitRow, 'pnl'> & { r: string | null }>(
        db,
        sql`SELECT s.ticker, p.position_id::float8 AS "positionId", p.side, ${msOf(sql`p.opened_at`)} AS "openedAt",
              ${msOf(sql`x.exited_at`)} AS "exitedAt", x.day::text AS day, x.tag, x.pnl_fifo::text AS pnl, x.r::text AS r
            FROM ledger_exits x
            JOIN ledger_positions p USING (trader_id, symbol_id, position_id)
            JOIN symbols s ON s.id = x.symbol_id
            WHERE x.trader_id = ${period.traderId} AND ${within(sql`x.day`, period)}
            ORDER BY x.exited_at, x.execution_id`,
      );
      return rows.map((row) => ({ ...row, pnl: new Decimal(row.pnl), r: orNull(row.r) }));
    },

    async trades(period) {
      const rows = await query<Words<TradeRow, 'pnl' | 'feesUsd'> & { r: string | null }>(
        db,
        sql`SELECT s.ticker, p.position_id::float8 AS "positionId", p.side, ${msOf(sql`p.opened_at`)} AS "openedAt",
              ${msOf(sql`p.closed_at`)} AS "closedAt", p.realised_fifo::text AS pnl, p.fees_usd::text AS "feesUsd",
              p.r::text AS r
            FROM ledger_positions p JOIN symbols s ON s.id = p.symbol_id
            WHERE p.trader_id = ${period.traderId}
              AND ${within(sql`(p.closed_at AT TIME ZONE 'America/New_York')::date`, period)}
            ORDER BY p.closed_at, p.position_id`,
      );
      return rows.map((row) => ({
        ...row,
        pnl: new Decimal(row.pnl),
        feesUsd: new Decimal(row.feesUsd),
        r: orNull(row.r),
      }));
    },
  };
}

function within(day: SQL, { from, to }: StatsPeriod): SQL {
  return sql`${day} BETWEEN coalesce(${from}::date, '-infinity') AND coalesce(${to}::date, 'infinity')`;
}

function orNull(text: string | null): Decimal | null {
  return text === null ? null : new Decimal(text);
}
