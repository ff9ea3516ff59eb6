import { sql } from 'drizzle-orm';
import { check, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { epochMs, oneOf } from '../columns.ts';

const MODES = ['off', 'on', 'stopped'] as const;

/** One row: whether new events are mirrored to MongoDB, and who is draining the outbox. */
export const mirrorState = pgTable(
  'mirror_state',
  {
    id: integer('id').primaryKey().default(1),
    /** Begins the `_id` of every mirrored document: another database never meets ours. */
    deskId: text('desk_id').notNull().default(sql`left(md5(gen_random_uuid()::text), 8)`),
    /** `off` without MONGODB_URL; `stopped` by the cutover. */
    mode: text('mode', { enum: MODES }).notNull().default('off'),
    /** Since when events are mirrored; null before the first time. */
    since: epochMs('since'),
    stoppedAt: epochMs('stopped_at'),
    drainedBy: text('drained_by'),
    drainedUntil: epochMs('drained_until'),
    /** Not before this moment, after a failure. */
    retryAt: epochMs('retry_at'),
    attempts: integer('attempts').notNull().default(0),
    lastError: text('last_error'),
  },
  () => [check('mirror_state_id_check', sql`id = 1`), check('mirror_state_mode_check', oneOf('mode', MODES))],
);
