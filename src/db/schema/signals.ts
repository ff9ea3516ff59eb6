import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import type { FeatureVector } from '../../domain/features/feature.ts';
import { type FeatureInputs, type Origin, SIDES } from '../../domain/signal.ts';
import { SIGNAL_TIMEFRAMES } from '../../domain/timeframe.ts';
import { epochMs, oneOf, price } from '../columns.ts';
import { detectorVersions } from './detector-versions.ts';
import { detectors } from './detectors.ts';
import { symbols } from './symbols.ts';

const ORIGINS = ['live', 'replay', 'sandbox', 'legacy'] as const satisfies readonly Origin[];

/**
 * What detectors saw, with the features frozen as they were. A hypertable on `fired_at` where
 * Timescale is, so every unique key holds `fired_at`.
 */
export const signals = pgTable(
  'signals',
  {
    id: bigint('id', { mode: 'number' }).notNull().generatedByDefaultAsIdentity(),
    symbolId: bigint('symbol_id', { mode: 'number' })
      .notNull()
      .references(() => symbols.id),
    timeframe: text('timeframe', { enum: SIGNAL_TIMEFRAMES }).notNull(),
    /** Close of the candle that triggered it. */
    firedAt: epochMs('fired_at').notNull(),
    side: text('side', { enum: SIDES }),
    detectorId: text('detector_id')
      .notNull()
      .references(() => detectors.id),
    detectorVersion: text('detector_version').notNull(),
    score: numeric('score', { mode: 'number' }),
    priceAtSignal: price('price_at_signal'),
    bid: price('bid'),
    ask: price('ask'),
    spread: price('spread'),
    relVolume: price('rel_volume'),
    session: text('session', { enum: ['pre', 'regular', 'after'] }),
    features: jsonb('features').$type<FeatureVector>(),
    dataFreshnessMs: integer('data_freshness_ms'),
    sourceSystem: text('source_system', { enum: ['basic_scanner', 'ml_scanner'] }).notNull(),
    watchRunId: text('watch_run_id'),
    origin: text('origin', { enum: ORIGINS }).notNull().default('live'),
    featureVersion: integer('feature_version'),
    featureInputs: jsonb('feature_inputs').$type<FeatureInputs>(),
    /** Of a signal from the old MongoDB: its `_id`, its collection, and every field that no column took. */
    legacy: jsonb('legacy'),
  },
  (table) => [
    primaryKey({ name: 'signals_pkey', columns: [table.id, table.firedAt] }),
    unique('signals_once_key').on(
      table.symbolId,
      table.timeframe,
      table.firedAt,
      table.detectorId,
      table.detectorVersion,
    ),
    foreignKey({
      name: 'signals_detector_version_fkey',
      columns: [table.detectorId, table.detectorVersion],
      foreignColumns: [detectorVersions.id, detectorVersions.version],
    }),
    index('signals_fired_at_idx').on(sql`fired_at DESC`),
    index('signals_symbol_id_fired_at_idx').on(table.symbolId, table.firedAt),
    index('signals_detector_id_detector_version_idx').on(table.detectorId, table.detectorVersion),
    check('signals_timeframe_check', oneOf('timeframe', SIGNAL_TIMEFRAMES)),
    check('signals_side_check', oneOf('side', SIDES)),
    check('signals_origin_check', oneOf('origin', ORIGINS)),
  ],
);
