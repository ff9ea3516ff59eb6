import { sql } from 'drizzle-orm';
import type { PoolClient } from 'pg';
import type { Checkpoint, LegacyBatch, LegacyStore, RejectSummary } from '../../app/legacy/legacy-ports.ts';
import { OraError } from '../../domain/errors.ts';
import type { Connection } from '../client.ts';
import { at, isDuplicate, msOf, query } from '../sql.ts';
import { readEntries } from './legacy-entries.ts';
import { writeBatch } from './legacy-writer.ts';
import { symbolStore } from './symbol-store.ts';

const CHECKPOINT = sql`collection, last_id AS "lastId", read::float8, written::float8, rejected::float8,
  unchanged::float8, ours::float8, mapping_hash AS "mappingHash", ${msOf(sql`started_at`)} AS "startedAt",
  ${msOf(sql`updated_at`)} AS "updatedAt", ${msOf(sql`finished_at`)} AS "finishedAt"`;

/** The ledger of old documents and the checkpoints of their backfill, in Postgres. */
export function legacyStore(connection: Connection): LegacyStore {
  const { db, pool, transaction } = connection;
  const resolve = rememberSymbols(connection);
  const prepareDetectors = rememberDetectors(connection);
  return {
    async checkpoint(collection) {
      const [row] = await query<Checkpoint>(
        db,
        sql`SELECT ${CHECKPOINT} FROM legacy_checkpoints WHERE collection = ${collection}`,
      );
      return row ?? null;
    },

    checkpoints: () =>
      query<Checkpoint>(db, sql`SELECT ${CHECKPOINT} FROM legacy_checkpoints ORDER BY collection`),

    async restart(collection, mappingHash, now) {
      await db.execute(
        sql`INSERT INTO legacy_checkpoints (collection, mapping_hash, started_at, updated_at)
            VALUES (${collection}, ${mappingHash}, ${at(now)}, ${at(now)})
            ON CONFLICT (collection) DO UPDATE SET last_id = NULL, read = 0, written = 0, rejected = 0, unchanged = 0,
              ours = 0, mapping_hash = excluded.mapping_hash, started_at = excluded.started_at,
              updated_at = excluded.updated_at, finished_at = NULL`,
      );
    },

    async write(batch, move) {
      const symbols = await resolve(batch);
      await prepareDetectors(batch);
      const work = transaction(async ({ client }) => {
        if (move !== null) await holdCheckpoint(client, batch.collection, move.from);
        const counts = await writeBatch(client, batch, symbols);
        const read = batch.writes.length + batch.rejects.length + (move?.ours ?? 0);
        const all = { ...counts, read, ours: move?.ours ?? 0 };
        if (move !== null) {
          await client.query(
            `UPDATE legacy_checkpoints SET last_id = $2, read = read + $3, written = written + $4,
               rejected = rejected + $5, unchanged = unchanged + $6, ours = ours + $7, mapping_hash = $8,
               updated_at = $9, finished_at = CASE WHEN $10 THEN $9::timestamptz END WHERE collection = $1`,
            [
              ...[batch.collection, move.to, all.read, all.written, all.rejected, all.unchanged, all.ours],
              ...[batch.mappingHash, new Date(batch.now).toISOString(), move.finished],
            ],
          );
        }
        return all;
      });
      return work.catch((error: unknown) =>
        Promise.reject(isDuplicate(error) ? anotherOne(batch.collection) : error),
      );
    },

    async rejectedAfter(collection, id, limit) {
      const rows = await query<{ id: string }>(
        db,
        sql`SELECT mongo_id AS id FROM legacy_documents
            WHERE collection = ${collection} AND state = 'rejected' AND mongo_id > ${id ?? ''}
            ORDER BY mongo_id LIMIT ${limit}`,
      );
      return rows.map((row) => row.id);
    },

    async rejects() {
      const rows = await query<Omit<RejectSummary, 'example'> & { id: string; detail: string }>(
        db,
        sql`SELECT collection, reason AS code, count(*)::float8 AS documents, min(mongo_id) AS id,
                   (array_agg(detail ORDER BY mongo_id))[1] AS detail
            FROM legacy_documents WHERE state = 'rejected'
            GROUP BY collection, reason ORDER BY collection, documents DESC, reason`,
      );
      return rows.map(({ id, detail, ...rest }) => ({ ...rest, example: { id, detail } }));
    },

    totals: () =>
      query(
        db,
        sql`SELECT collection, (count(*) FILTER (WHERE state = 'written'))::float8 AS written,
                   (count(*) FILTER (WHERE state = 'rejected'))::float8 AS rejected
            FROM legacy_documents GROUP BY collection ORDER BY collection`,
      ),

    entries: (collection, ids) => readEntries(pool, collection, ids),

    async writtenAfter(collection, id, { from, to, limit }) {
      const rows = await query<{ id: string }>(
        db,
        sql`SELECT mongo_id AS id FROM legacy_documents
            WHERE collection = ${collection} AND state = 'written' AND mongo_id > ${id ?? ''}
              AND event_at >= ${at(from)} AND event_at < ${at(to)}
            ORDER BY mongo_id LIMIT ${limit}`,
      );
      return rows.map((row) => row.id);
    },
  };
}

/** Holds the checkpoint until the transaction ends. @throws OraError `conflict` when it stands elsewhere. */
async function holdCheckpoint(client: PoolClient, collection: string, from: string | null): Promise<void> {
  const { rows } = await client.query<{ lastId: string | null }>(
    `SELECT last_id AS "lastId" FROM legacy_checkpoints WHERE collection = $1 FOR UPDATE`,
    [collection],
  );
  if (rows[0]?.lastId !== from) throw anotherOne(collection);
}

function anotherOne(collection: string): OraError {
  return new OraError(
    'conflict',
    `Another backfill of ${collection} is running. Let it finish, or stop it and start again: it resumes where that one stopped.`,
  );
}

/** Row ids of tickers, looked up once. */
function rememberSymbols(
  connection: Connection,
): (batch: LegacyBatch) => Promise<ReadonlyMap<string, number>> {
  const symbols = symbolStore(connection);
  const ids = new Map<string, number>();
  return async ({ writes }) => {
    for (const ticker of new Set(writes.flatMap(tickersOf))) {
      if (!ids.has(ticker)) ids.set(ticker, await symbols.resolve(ticker));
    }
    return ids;
  };
}

function tickersOf({ facts: { signal, candle, fills } }: LegacyBatch['writes'][number]): string[] {
  return [signal, candle, ...fills].flatMap((part) => (part === null ? [] : [part.ticker]));
}

/** Puts the detectors of a batch into the catalog; one that is there keeps its current version. */
function rememberDetectors({ pool }: Connection): (batch: LegacyBatch) => Promise<void> {
  const known = new Set<string>();
  return async ({ writes, detectorKind, collection }) => {
    const wanted = new Map(
      writes.flatMap(({ facts: { signal } }): [string, { id: string; version: string }][] =>
        signal === null
          ? []
          : [[`${signal.detector} ${signal.version}`, { id: signal.detector, version: signal.version }]],
      ),
    );
    for (const [key, { id, version }] of [...wanted].toSorted(([a], [b]) => a.localeCompare(b))) {
      if (known.has(key)) continue;
      await pool.query(
        'INSERT INTO detectors (id, version, kind, description) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
        [id, version, detectorKind, `From the old MongoDB, ${collection}`],
      );
      await pool.query(
        'INSERT INTO detector_versions (id, version, kind) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
        [id, version, detectorKind],
      );
      known.add(key);
    }
  };
}
