import { sql } from 'drizzle-orm';
import {
  check,
  foreignKey,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { MODEL_STATES, type ModelCard } from '../../domain/models/model.ts';
import { bytea, epochMs, oneOf } from '../columns.ts';
import { detectorVersions } from './detector-versions.ts';

/** Models that the ML scanner runs. Each is a version of a detector of kind `ml`; the file lies here, so every process has it. */
export const models = pgTable(
  'models',
  {
    name: text('name').notNull(),
    version: text('version').notNull(),
    state: text('state', { enum: MODEL_STATES }).notNull(),
    threshold: numeric('threshold', { mode: 'number' }).notNull(),
    /** What the file says of itself, as it was checked. */
    card: jsonb('card').$type<ModelCard>().notNull(),
    /** Not run from this moment on; null when it does not expire. */
    expiresAt: epochMs('expires_at'),
    /** Of the file, hexadecimal. */
    sha256: text('sha256').notNull(),
    file: bytea('file').notNull(),
    addedAt: epochMs('added_at').notNull(),
    /** Why it last could not be run; null while it runs. */
    failure: text('failure'),
  },
  (table) => [
    primaryKey({ name: 'models_pkey', columns: [table.name, table.version] }),
    foreignKey({
      name: 'models_detector_version_fkey',
      columns: [table.name, table.version],
      foreignColumns: [detectorVersions.id, detectorVersions.version],
    }),
    uniqueIndex('models_active_key').on(table.name).where(sql`state = 'active'`),
    check('models_state_check', oneOf('state', MODEL_STATES)),
    check('models_threshold_check', sql`threshold > 0 AND threshold <= 1`),
  ],
);
