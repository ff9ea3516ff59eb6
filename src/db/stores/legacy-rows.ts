import type { PoolClient } from 'pg';
import type { LegacyBatch, LegacyWrite } from '../../app/legacy/legacy-ports.ts';
import { sessionKindAt } from '../../domain/calendar.ts';
import type { FillFacts } from '../../domain/legacy/facts.ts';

/*
 * The rows that documents become, a batch at a time. Ids are drawn before, so that each row is known to
 * belong to its document whatever order the server works in.
 */

/** Rows a document was written as. */
export interface WrittenRows {
  readonly signalId: number | null;
  readonly orderIds: readonly number[];
  readonly hasCandle: boolean;
}

export type SymbolIds = ReadonlyMap<string, number>;

/** Signals that are not there yet. @returns the id each document's signal got; none for one that was there. */
export async function insertSignals(
  client: PoolClient,
  batch: LegacyBatch,
  { writes, symbols }: { readonly writes: readonly LegacyWrite[]; readonly symbols: SymbolIds },
): Promise<Map<LegacyWrite, number>> {
  const wanted = writes.flatMap((write) =>
    write.facts.signal === null ? [] : [{ write, signal: write.facts.signal }],
  );
  if (wanted.length === 0) return new Map();
  const ids = await drawIds(client, 'signals', wanted.length);
  const rows = wanted.map(({ write, signal }, index) => ({
    ...signal,
    id: ids[index],
    symbol_id: symbols.get(signal.ticker),
    fired_at: new Date(signal.at).toISOString(),
    session: sessionKindAt(signal.at),
    legacy: write.legacy,
  }));
  const { rows: inserted } = await client.query<{ id: number }>(
    `INSERT INTO signals (id, symbol_id, timeframe, fired_at, side, detector_id, detector_version, score,
       price_at_signal, bid, ask, spread, rel_volume, session, source_system, watch_run_id, origin, legacy)
     SELECT id, symbol_id, timeframe, fired_at, side, detector, version, score,
       price, bid, ask, ask - bid, "relVolume", session, $2, $3, 'legacy', legacy
     FROM jsonb_to_recordset($1::jsonb) AS r (id bigint, symbol_id bigint, timeframe text, fired_at timestamptz,
       side text, detector text, version text, score numeric, price numeric, bid numeric, ask numeric,
       "relVolume" numeric, session text, legacy jsonb)
     ON CONFLICT DO NOTHING RETURNING id::float8 AS id`,
    [JSON.stringify(rows), batch.sourceSystem, batch.runId],
  );
  const added = new Set(inserted.map(({ id }) => id));
  return new Map(
    wanted.flatMap(({ write }, index): [LegacyWrite, number][] => {
      const id = ids[index];
      return id !== undefined && added.has(id) ? [[write, id]] : [];
    }),
  );
}

/** An order and an execution for each fill. @returns the orders of each document, entry first. */
export async function insertTrades(
  client: PoolClient,
  batch: LegacyBatch,
  { writes, symbols }: { readonly writes: readonly LegacyWrite[]; readonly symbols: SymbolIds },
): Promise<Map<LegacyWrite, number[]>> {
  const fills = writes.flatMap((write) => write.facts.fills.map((fill, index) => ({ write, fill, index })));
  if (fills.length === 0) return new Map();
  const ids = await drawIds(client, 'orders', fills.length);
  const rows = fills.map(({ write, fill, index }, place) => ({
    ...fill,
    id: ids[place],
    symbol_id: symbols.get(fill.ticker),
    filled_at: new Date(fill.at).toISOString(),
    interaction_id: interactionId(batch.collection, write, index),
    legacy: write.legacy,
  }));
  const json = [JSON.stringify(rows)];
  await client.query(
    `INSERT INTO orders (id, symbol_id, trader_id, side, order_type, submitted_at, qty, stop_price, status, legacy)
     SELECT id, symbol_id, trader, side, 'legacy', filled_at, qty, stop, 'filled', legacy
     FROM jsonb_to_recordset($1::jsonb) AS r (id bigint, symbol_id bigint, trader text, side text,
       filled_at timestamptz, qty numeric, stop numeric, legacy jsonb)`,
    json,
  );
  await client.query(
    `INSERT INTO executions (order_id, filled_at, qty, price, fee, tag, interaction_id)
     SELECT id, filled_at, qty, price, fee, tag, interaction_id
     FROM jsonb_to_recordset($1::jsonb) AS r (id bigint, filled_at timestamptz, qty numeric, price numeric,
       fee numeric, tag text, interaction_id text)`,
    json,
  );
  return groupOrders(fills, ids);
}

function groupOrders(
  fills: readonly { readonly write: LegacyWrite; readonly fill: FillFacts }[],
  ids: readonly number[],
): Map<LegacyWrite, number[]> {
  const orders = new Map<LegacyWrite, number[]>();
  for (const [place, { write }] of fills.entries()) {
    const id = ids[place];
    if (id !== undefined) orders.set(write, [...(orders.get(write) ?? []), id]);
  }
  return orders;
}

/** The same document in the same wording makes the same fills: a second try meets the unique key. */
function interactionId(collection: string, { id, digest }: LegacyWrite, index: number): string {
  return `mongo:${collection}:${id}:${digest.slice(0, 8)}:${index + 1}`;
}

/** Candles that nobody stored yet; one that is there, from whatever source, is left. */
export async function insertCandles(
  client: PoolClient,
  collection: string,
  { writes, symbols }: { readonly writes: readonly LegacyWrite[]; readonly symbols: SymbolIds },
): Promise<Set<LegacyWrite>> {
  const wanted = writes.flatMap((write) =>
    write.facts.candle === null ? [] : [{ write, candle: write.facts.candle }],
  );
  if (wanted.length === 0) return new Set();
  const rows = wanted.map(({ candle }) => ({
    ...candle,
    symbol_id: symbols.get(candle.ticker),
    ts: new Date(candle.at).toISOString(),
  }));
  const { rows: inserted } = await client.query<{ key: string }>(
    `INSERT INTO candles (symbol_id, timeframe, ts, open, high, low, close, volume, source, is_adjusted)
     SELECT symbol_id, timeframe, ts, open, high, low, close, volume, $2, NULL
     FROM jsonb_to_recordset($1::jsonb) AS r (symbol_id bigint, timeframe text, ts timestamptz, open numeric,
       high numeric, low numeric, close numeric, volume bigint)
     ON CONFLICT DO NOTHING
     RETURNING symbol_id || ' ' || timeframe || ' ' || round(extract(epoch FROM ts) * 1000)::bigint AS key`,
    [JSON.stringify(rows), candleSource(collection)],
  );
  const added = new Set(inserted.map(({ key }) => key));
  return new Set(
    wanted.flatMap(({ write, candle }) =>
      added.delete(`${symbols.get(candle.ticker)} ${candle.timeframe} ${candle.at}`) ? [write] : [],
    ),
  );
}

/** `candles.source` of what came from a collection. */
export function candleSource(collection: string): string {
  return `legacy:${collection}`;
}

async function drawIds(client: PoolClient, table: 'signals' | 'orders', count: number): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    `SELECT nextval(pg_get_serial_sequence($1, 'id'))::float8 AS id FROM generate_series(1, $2::int)`,
    [table, count],
  );
  return rows.map(({ id }) => id);
}
