import type { PoolClient } from 'pg';
import type {
  LedgerEntry,
  LegacyBatch,
  LegacyCounts,
  LegacyReject,
  LegacyWrite,
} from '../../app/legacy/legacy-ports.ts';
import { compareFacts, type LegacyFacts } from '../../domain/legacy/facts.ts';
import { readEntries } from './legacy-entries.ts';
import {
  insertCandles,
  insertSignals,
  insertTrades,
  type SymbolIds,
  type WrittenRows,
} from './legacy-rows.ts';
import { supersede } from './legacy-supersede.ts';

type BatchCounts = Pick<LegacyCounts, 'written' | 'rejected' | 'unchanged'>;

/** Writes what is new or changed of a batch, rows and ledger; the caller's transaction holds both. */
export async function writeBatch(
  client: PoolClient,
  batch: LegacyBatch,
  symbols: SymbolIds,
): Promise<BatchCounts> {
  const known = await readKnown(client, batch);
  const { fresh, unchanged } = await sortOut(client, batch, known);
  const twins = await refuseTwins(client, batch, fresh);
  const taken = await insertRows(client, batch, { writes: twins.unique, symbols });
  const rejects = [...batch.rejects, ...twins.rejects, ...taken.rejects];
  await recordWritten(client, batch, taken.rows);
  const rejected = await recordRejected(client, batch, { rejects, known });
  return { written: taken.rows.size, rejected, unchanged: unchanged + rejects.length - rejected };
}

type Known = ReadonlyMap<string, Pick<LedgerEntry, 'state' | 'digest'> & { readonly reason: string | null }>;

async function readKnown(client: PoolClient, { collection, writes, rejects }: LegacyBatch): Promise<Known> {
  const ids = [...writes, ...rejects].map(({ id }) => id);
  const { rows } = await client.query(
    `SELECT mongo_id AS id, state, digest, reason FROM legacy_documents
     WHERE collection = $1 AND mongo_id = ANY ($2::text[]) FOR UPDATE`,
    [collection, ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** What an earlier pass took and nobody changed since is done; rows of what changed give way. */
async function sortOut(
  client: PoolClient,
  { collection, writes, rejects, runId, now }: LegacyBatch,
  known: Known,
): Promise<{ readonly fresh: readonly LegacyWrite[]; readonly unchanged: number }> {
  const isDone = ({ id, digest }: { readonly id: string; readonly digest: string }) =>
    known.get(id)?.state === 'written' && known.get(id)?.digest === digest;
  const fresh = writes.filter((write) => !isDone(write));
  for (const { id, identity } of [...fresh, ...rejects.map(({ id }) => ({ id, identity: null }))]) {
    if (known.get(id)?.state === 'written') await supersede(client, { collection, id, identity, runId, now });
  }
  return { fresh, unchanged: writes.length - fresh.length };
}

/** Of documents about the same event the first one read is taken. */
async function refuseTwins(
  client: PoolClient,
  { collection }: LegacyBatch,
  writes: readonly LegacyWrite[],
): Promise<{ readonly unique: readonly LegacyWrite[]; readonly rejects: readonly LegacyReject[] }> {
  const seen = await readTwins(client, writes);
  const unique: LegacyWrite[] = [];
  const rejects: LegacyReject[] = [];
  for (const write of writes) {
    const twin = seen.get(write.identity);
    if (twin !== undefined) rejects.push(toReject(write, twin));
    else {
      seen.set(write.identity, { name: `${collection} ${write.id}`, facts: write.facts });
      unique.push(write);
    }
  }
  return { unique, rejects };
}

interface Twin {
  readonly name: string;
  readonly facts: LegacyFacts;
}

async function readTwins(client: PoolClient, writes: readonly LegacyWrite[]): Promise<Map<string, Twin>> {
  const { rows } = await client.query<{ identity: string; collection: string; id: string }>(
    `SELECT identity, collection, mongo_id AS id FROM legacy_documents
     WHERE identity = ANY ($1::text[]) AND state = 'written'`,
    [writes.map(({ identity }) => identity)],
  );
  const twins = new Map<string, Twin>();
  for (const [collection, group] of Map.groupBy(rows, (row) => row.collection)) {
    const entries = await readEntries(
      client,
      collection,
      group.map(({ id }) => id),
    );
    const facts = new Map(entries.map((entry) => [entry.id, entry.facts]));
    for (const { identity, id } of group) {
      const found = facts.get(id);
      if (found != null) twins.set(identity, { name: `${collection} ${id}`, facts: found });
    }
  }
  return twins;
}

function toReject({ id, digest, facts, document }: LegacyWrite, twin: Twin): LegacyReject {
  const [first] = compareFacts({ ...facts, candle: null }, { ...twin.facts, candle: null });
  const rejection =
    first === undefined
      ? ({ code: 'duplicate', detail: `the same as ${twin.name}` } as const)
      : ({
          code: 'conflict',
          detail: `${twin.name} is the same event, but its ${first.field} is ${first.postgres} and here ${first.mongo}`,
        } as const);
  return { id, digest, document, rejection };
}

interface Taken {
  readonly rows: ReadonlyMap<LegacyWrite, WrittenRows>;
  /** Documents about a signal that is there already and says something else. */
  readonly rejects: readonly LegacyReject[];
}

async function insertRows(
  client: PoolClient,
  batch: LegacyBatch,
  work: { readonly writes: readonly LegacyWrite[]; readonly symbols: SymbolIds },
): Promise<Taken> {
  const signals = await insertSignals(client, batch, work);
  const rejects: LegacyReject[] = [];
  const taken: LegacyWrite[] = [];
  for (const write of work.writes) {
    const isMissing = write.facts.signal !== null && !signals.has(write);
    const there = isMissing ? await findSignal(client, write, work.symbols) : null;
    if (there !== null && there.twin !== null) rejects.push(toReject(write, there.twin));
    else {
      if (there !== null) signals.set(write, there.id);
      taken.push(write);
    }
  }
  const rest = { writes: taken, symbols: work.symbols };
  const orders = await insertTrades(client, batch, rest);
  const candles = await insertCandles(client, batch.collection, rest);
  const rows = new Map(
    taken.map((write): [LegacyWrite, WrittenRows] => [
      write,
      {
        signalId: signals.get(write) ?? null,
        orderIds: orders.get(write) ?? [],
        hasCandle: candles.has(write),
      },
    ]),
  );
  return { rows, rejects };
}

/** A signal that an overwritten document left behind: taken up again when it says the same. */
async function findSignal(
  client: PoolClient,
  { facts }: LegacyWrite,
  symbols: SymbolIds,
): Promise<{ readonly id: number; readonly twin: Twin | null } | null> {
  const { signal } = facts;
  if (signal === null) return null;
  const { rows } = await client.query<{
    id: number;
    side: string | null;
    price: string | null;
    score: string | null;
  }>(
    `SELECT id::float8 AS id, side, trim_scale(price_at_signal)::text AS price, trim_scale(score)::text AS score
     FROM signals WHERE symbol_id = $1 AND timeframe = $2 AND fired_at = $3 AND detector_id = $4 AND detector_version = $5`,
    [
      symbols.get(signal.ticker),
      signal.timeframe,
      new Date(signal.at).toISOString(),
      signal.detector,
      signal.version,
    ],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('a signal that was there is gone');
  const { id, ...values } = row;
  const stored = { ...facts, signal: { ...signal, ...values } };
  const isSame = compareFacts(facts, stored).length === 0;
  return { id, twin: isSame ? null : { name: `signal ${id}`, facts: stored } };
}

async function recordWritten(
  client: PoolClient,
  { collection, runId, mappingHash }: LegacyBatch,
  written: ReadonlyMap<LegacyWrite, WrittenRows>,
): Promise<void> {
  const rows = [...written].map(
    ([{ id, digest, identity, at, facts, legacy }, { signalId, orderIds, hasCandle }]) => ({
      id,
      digest,
      identity,
      event_at: new Date(at).toISOString(),
      signal_id: signalId,
      order_ids: orderIds.length === 0 ? null : orderIds,
      ticker: hasCandle ? facts.candle?.ticker : null,
      candle_timeframe: hasCandle ? facts.candle?.timeframe : null,
      candle_ts: hasCandle && facts.candle !== null ? new Date(facts.candle.at).toISOString() : null,
      legacy: signalId === null && orderIds.length === 0 ? legacy : null,
    }),
  );
  if (rows.length === 0) return;
  await client.query(
    `INSERT INTO legacy_documents (collection, mongo_id, state, digest, identity, event_at, signal_id, order_ids,
       candle_symbol_id, candle_timeframe, candle_ts, legacy, run_id, mapping_hash)
     SELECT $2, id, 'written', digest, identity, event_at, signal_id, order_ids,
       (SELECT s.id FROM symbols s WHERE s.ticker = r.ticker ORDER BY s.exchange IS NULL, s.id LIMIT 1),
       candle_timeframe, candle_ts, legacy, $3, $4
     FROM jsonb_to_recordset($1::jsonb) AS r (id text, digest text, identity text, event_at timestamptz,
       signal_id bigint, order_ids bigint[], ticker text, candle_timeframe text, candle_ts timestamptz, legacy jsonb)
     ON CONFLICT (collection, mongo_id) DO UPDATE SET state = 'written', digest = excluded.digest,
       identity = excluded.identity, event_at = excluded.event_at, signal_id = excluded.signal_id,
       order_ids = excluded.order_ids, candle_symbol_id = excluded.candle_symbol_id,
       candle_timeframe = excluded.candle_timeframe, candle_ts = excluded.candle_ts, legacy = excluded.legacy,
       reason = NULL, detail = NULL, document = NULL, run_id = excluded.run_id,
       mapping_hash = excluded.mapping_hash, recorded_at = now()`,
    [JSON.stringify(rows), collection, runId, mappingHash],
  );
}

/** @returns how many were not rejected for the same reason before. */
async function recordRejected(
  client: PoolClient,
  { collection, runId, mappingHash }: LegacyBatch,
  { rejects, known }: { readonly rejects: readonly LegacyReject[]; readonly known: Known },
): Promise<number> {
  const isKnown = ({ id, digest, rejection }: LegacyReject) => {
    const before = known.get(id);
    return before?.state === 'rejected' && before.digest === digest && before.reason === rejection.code;
  };
  const fresh = rejects.filter((reject) => !isKnown(reject));
  if (fresh.length === 0) return 0;
  const rows = fresh.map(({ id, digest, rejection, document }) => ({
    id,
    digest,
    reason: rejection.code,
    detail: rejection.detail,
    document,
  }));
  await client.query(
    `INSERT INTO legacy_documents (collection, mongo_id, state, digest, reason, detail, document, run_id, mapping_hash)
     SELECT $2, id, 'rejected', digest, reason, detail, document, $3, $4
     FROM jsonb_to_recordset($1::jsonb) AS r (id text, digest text, reason text, detail text, document jsonb)
     ON CONFLICT (collection, mongo_id) DO UPDATE SET state = 'rejected', digest = excluded.digest,
       identity = NULL, reason = excluded.reason, detail = excluded.detail, document = excluded.document,
       run_id = excluded.run_id, mapping_hash = excluded.mapping_hash, recorded_at = now()`,
    [JSON.stringify(rows), collection, runId, mappingHash],
  );
  return fresh.length;
}
