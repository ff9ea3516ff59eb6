import type { Decimal } from 'decimal.js';
import { type SQL, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { ExitRow, JournalStore, StatsPeriod } from '../../app/journal/journal-ports.ts';
import { exact } from '../../domain/ledger/exact.ts';
import { type ExitGroup, type JournalSums, NO_TAG } from '../../domain/ledger/journal-stats.ts';
import type { Connection } from '../client.ts';
import { query } from '../sql.ts';

type Words<Row, Numbers extends keyof Row> = Omit<Row, Numbers> & Readonly<Record<Numbers, string>>;

type Groups = Pick<JournalSums, 'byDay' | 'byTag' | 'byTicker' | 'byHour' | 'byWeekday'>;
type Trades = Omit<JournalSums, keyof Groups | 'drawdown'>;

/** Derived exits and round trips, for statistics. */
export function journalStats({ db }: Connection): Pick<JournalStore, 'exits' | 'sums'> {
  return {
    async exits(period) {
      const rows = await query<Words<ExitRow, 'pnl'>>(
        db,
        sql`SELECT day::text AS day, tag, pnl_fifo::text AS pnl FROM ledger_exits
            WHERE trader_id = ${period.traderId} AND ${within(sql`day`, period)}
            ORDER BY exited_at, execution_id`,
      );
      return rows.map((row) => ({ ...row, pnl: exact(row.pnl) }));
    },

    async sums(period) {
      const [groups, drawdown, trades] = await Promise.all([
        sumGroups(db, period),
        readDrawdown(db, period),
        sumTrades(db, period),
      ]);
      return { ...groups, ...trades, drawdown };
    },
  };
}

/** Each exit once in each kind of group. */
async function sumGroups(db: NodePgDatabase, period: StatsPeriod): Promise<Groups> {
  const opened = sql`p.opened_at AT TIME ZONE 'America/New_York'`;
  const rows = await query<Words<ExitGroup, 'pnl'> & { readonly kind: keyof Groups }>(
    db,
    sql`SELECT CASE 0 WHEN grouping(day) THEN 'byDay' WHEN grouping(tag) THEN 'byTag'
            WHEN grouping(ticker) THEN 'byTicker' WHEN grouping(hour) THEN 'byHour' ELSE 'byWeekday' END AS kind,
          coalesce(day::text, tag, ticker, hour, weekday) AS name,
          count(*)::float8 AS exits, (count(*) FILTER (WHERE pnl > 0))::float8 AS won, sum(pnl)::text AS pnl
        FROM (
          SELECT x.day, coalesce(x.tag, ${NO_TAG}) AS tag, s.ticker, to_char(${opened}, 'HH24:"00"') AS hour,
            to_char(${opened}, 'Dy') AS weekday, x.pnl_fifo AS pnl
          FROM ledger_exits x
          JOIN ledger_positions p USING (trader_id, symbol_id, position_id)
          JOIN symbols s ON s.id = x.symbol_id
          WHERE x.trader_id = ${period.traderId} AND ${within(sql`x.day`, period)}
        ) named
        GROUP BY GROUPING SETS ((day), (tag), (ticker), (hour), (weekday))`,
  );
  const groups = Map.groupBy(rows, ({ kind }) => kind);
  const of = (wanted: keyof Groups): ExitGroup[] =>
    (groups.get(wanted) ?? []).map(({ kind, pnl, ...group }) => ({ ...group, pnl: exact(pnl) }));
  return {
    byDay: of('byDay'),
    byTag: of('byTag'),
    byTicker: of('byTicker'),
    byHour: of('byHour'),
    byWeekday: of('byWeekday'),
  };
}

async function readDrawdown(db: NodePgDatabase, period: StatsPeriod): Promise<Decimal> {
  const [row] = await query<{ fall: string }>(
    db,
    sql`SELECT coalesce(max(height - total), 0)::text AS fall
        FROM (
          SELECT total, greatest(0, max(total) OVER (ORDER BY exited_at, execution_id)) AS height
          FROM (
            SELECT exited_at, execution_id, sum(pnl_fifo) OVER (ORDER BY exited_at, execution_id) AS total
            FROM ledger_exits WHERE trader_id = ${period.traderId} AND ${within(sql`day`, period)}
          ) running
        ) heights`,
  );
  if (row === undefined) throw new Error('an aggregate answers one row');
  return exact(row.fall);
}

async function sumTrades(db: NodePgDatabase, period: StatsPeriod): Promise<Trades> {
  const [row] = await query<
    Words<Omit<Trades, 'signs' | 'rs'>, 'gains' | 'losses' | 'fees' | 'sumR'> & Pick<Trades, 'signs' | 'rs'>
  >(
    db,
    sql`SELECT coalesce(sum(realised_fifo) FILTER (WHERE realised_fifo > 0), 0)::text AS gains,
          coalesce(sum(realised_fifo) FILTER (WHERE realised_fifo < 0), 0)::text AS losses,
          coalesce(sum(fees_usd), 0)::text AS fees, coalesce(sum(r), 0)::text AS "sumR",
          coalesce(array_agg(sign(realised_fifo)::int ORDER BY closed_at, position_id), '{}') AS signs,
          coalesce(array_agg(r::float8 ORDER BY closed_at, position_id) FILTER (WHERE r IS NOT NULL), '{}') AS rs
        FROM ledger_positions
        WHERE trader_id = ${period.traderId}
          AND ${within(sql`(closed_at AT TIME ZONE 'America/New_York')::date`, period)}`,
  );
  if (row === undefined) throw new Error('an aggregate answers one row');
  const { gains, losses, fees, sumR } = row;
  return { ...row, gains: exact(gains), losses: exact(losses), fees: exact(fees), sumR: exact(sumR) };
}

function within(day: SQL, { from, to }: StatsPeriod): SQL {
  return sql`${day} BETWEEN coalesce(${from}::date, '-infinity') AND coalesce(${to}::date, 'infinity')`;
}
