import { type SQL, sql } from 'drizzle-orm';
import type { MirrorBacklog, MirroredRow, MirrorStore, OwedEvent } from '../../app/legacy/legacy-ports.ts';
import type { Connection } from '../client.ts';
import { at, msOf, query } from '../sql.ts';

/** The outbox of events that MongoDB is owed, and whether it is filled, in Postgres. */
export function mirrorStore({ db, transaction }: Connection): MirrorStore {
  return {
    async deskId() {
      const [row] = await query<{ id: string }>(db, sql`SELECT desk_id AS id FROM mirror_state`);
      if (row === undefined) throw new Error('mirror_state has lost its row');
      return row.id;
    },

    async enable(on, now) {
      const [row] = await query<{ mode: 'off' | 'on' | 'stopped'; resumed: boolean }>(
        db,
        sql`UPDATE mirror_state s SET
              since = CASE WHEN s.mode = 'off' AND ${on} THEN coalesce(s.since, ${at(now)}) ELSE s.since END,
              mode = CASE WHEN s.mode = 'stopped' THEN s.mode WHEN ${on} THEN 'on' ELSE 'off' END
            FROM mirror_state was
            RETURNING s.mode, s.mode = 'on' AND was.mode = 'off' AND was.since IS NOT NULL AS resumed`,
      );
      if (row === undefined) throw new Error('mirror_state has lost its row');
      return row;
    },

    async claim({ by, now, leaseMs }) {
      const claimed = await query(
        db,
        sql`UPDATE mirror_state SET drained_by = ${by}, drained_until = ${at(now + leaseMs)}
            WHERE (drained_by IS NULL OR drained_until <= ${at(now)})
              AND (retry_at IS NULL OR retry_at <= ${at(now)})
            RETURNING id`,
      );
      return claimed.length > 0;
    },

    owed: (limit) =>
      query<OwedEvent>(
        db,
        sql`SELECT id::float8 AS "outboxId", ${EVENT} FROM mirror_outbox
            WHERE sent_at IS NULL AND failed_at IS NULL ORDER BY id LIMIT ${limit}`,
      ),

    settle: ({ by, now, leaseMs }, outcomes) =>
      transaction(async (tx) => {
        const held = await query(
          tx.db,
          sql`UPDATE mirror_state SET drained_until = ${at(now + leaseMs)} WHERE drained_by = ${by} RETURNING id`,
        );
        if (held.length === 0) return false;
        const ids = sql.param(outcomes.map(({ outboxId }) => outboxId));
        const errors = sql.param(outcomes.map(({ error }) => error));
        await tx.db.execute(
          sql`UPDATE mirror_outbox o SET
                sent_at = CASE WHEN r.error IS NULL THEN ${at(now)} END,
                failed_at = CASE WHEN r.error IS NOT NULL THEN ${at(now)} END, error = r.error
              FROM unnest(${ids}::bigint[], ${errors}::text[]) AS r (id, error) WHERE o.id = r.id`,
        );
        return true;
      }),

    async release(by, failure) {
      await db.execute(
        failure === null
          ? sql`UPDATE mirror_state SET drained_by = NULL, drained_until = NULL, retry_at = NULL, attempts = 0,
                  last_error = NULL WHERE drained_by = ${by}`
          : sql`UPDATE mirror_state SET drained_by = NULL, drained_until = NULL, retry_at = ${at(failure.retryAt)},
                  attempts = attempts + 1, last_error = ${failure.error} WHERE drained_by = ${by}`,
      );
    },

    async backlog() {
      const [row] = await query<MirrorBacklog>(
        db,
        sql`SELECT s.mode, ${msOf(sql`s.since`)} AS since, s.attempts, s.last_error AS "lastError",
              owed.waiting, ${msOf(sql`owed.oldest`)} AS "oldestAt",
              (SELECT count(*)::float8 FROM mirror_outbox WHERE failed_at IS NOT NULL) AS refused
            FROM mirror_state s
            CROSS JOIN (SELECT count(*)::float8 AS waiting, min(created_at) AS oldest FROM mirror_outbox
                        WHERE sent_at IS NULL AND failed_at IS NULL) AS owed`,
      );
      if (row === undefined) throw new Error('mirror_state has lost its row');
      return row;
    },

    async countSent() {
      const [row] = await query<{ n: number }>(
        db,
        sql`SELECT count(*)::float8 AS n FROM mirror_outbox WHERE sent_at IS NOT NULL`,
      );
      return row?.n ?? 0;
    },

    async queueMissed() {
      const queued = await query(
        db,
        sql`INSERT INTO mirror_outbox (entity, entity_id, event, event_at, payload)
            SELECT e.* FROM mirror_events e, mirror_state m WHERE e.event_at >= m.since AND ${NOT_QUEUED}
            ORDER BY e.event_at, e.entity, e.entity_id ON CONFLICT DO NOTHING RETURNING id`,
      );
      return queued.length;
    },

    events: (keys) =>
      query<MirroredRow>(
        db,
        sql`${SELECT_ROWS}
            JOIN unnest(${sql.param(keys.map(({ entity }) => entity))}::text[],
                        ${sql.param(keys.map(({ entityId }) => entityId))}::bigint[],
                        ${sql.param(keys.map(({ event }) => event))}::text[]) AS k (entity, entity_id, event)
              ON k.entity = e.entity AND k.entity_id = e.entity_id AND k.event = e.event`,
      ),

    dueAfter: (after, { from, to, limit }) =>
      query<MirroredRow>(
        db,
        sql`${SELECT_ROWS} CROSS JOIN mirror_state m
            WHERE e.event_at >= ${at(from)} AND e.event_at < ${at(to)} AND (o.id IS NOT NULL OR e.event_at >= m.since)
              AND ${after === null ? sql`true` : isAfter(after)}
            ORDER BY ${AT_MS}, e.entity, e.entity_id, e.event LIMIT ${limit}`,
      ),

    async setStopped(stopped, now) {
      await db.execute(
        stopped
          ? sql`UPDATE mirror_state SET mode = 'stopped', stopped_at = ${at(now)}`
          : sql`UPDATE mirror_state SET mode = 'on', stopped_at = NULL, since = coalesce(since, ${at(now)})`,
      );
    },
  };
}

const EVENT = sql`entity, entity_id::float8 AS "entityId", event, ${msOf(sql`event_at`)} AS at, payload`;

const NOT_QUEUED = sql`NOT EXISTS (
  SELECT FROM mirror_outbox o WHERE o.entity = e.entity AND o.entity_id = e.entity_id AND o.event = e.event)`;

/** Events as they are now, each with what became of it. */
const SELECT_ROWS = sql`
  SELECT e.entity, e.entity_id::float8 AS "entityId", e.event, ${msOf(sql`e.event_at`)} AS at, e.payload,
    CASE WHEN o.id IS NULL THEN 'missing' WHEN o.sent_at IS NOT NULL THEN 'sent'
         WHEN o.failed_at IS NOT NULL THEN 'refused' ELSE 'waiting' END AS state
  FROM mirror_events e
  LEFT JOIN mirror_outbox o ON o.entity = e.entity AND o.entity_id = e.entity_id AND o.event = e.event`;

/** As exact as a cursor can say. */
const AT_MS = sql`date_trunc('milliseconds', e.event_at)`;

function isAfter(cursor: { at: number; entity: string; entityId: number; event: string }): SQL {
  return sql`(${AT_MS}, e.entity, e.entity_id, e.event)
    > (${at(cursor.at)}, ${cursor.entity}, ${cursor.entityId}::bigint, ${cursor.event})`;
}
