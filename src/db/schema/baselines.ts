import { bigint, bigserial, boolean, integer, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core';
import type { FeatureVector } from '../../domain/features/feature.ts';
import type { FeatureInputs } from '../../domain/signal.ts';
import { TIMEFRAMES } from '../../domain/timeframe.ts';
import { epochMs, price } from '../columns.ts';
import { symbols } from './symbols.ts';

/** Random moments without regard to signals: the negative samples. The key serves look-ups by series and time. */
export const baselines = pgTable(
  'baselines',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    symbolId: bigint('symbol_id', { mode: 'number' })
      .notNull()
      .references(() => symbols.id),
    timeframe: text('timeframe', { enum: TIMEFRAMES }).notNull(),
    /** The candle's open. */
    ts: epochMs('ts').notNull(),
    /** The candle's close, where its window begins; null in rows of another program, which are not labelled. */
    closedAt: epochMs('closed_at'),
    features: jsonb('features').$type<FeatureVector>(),
    labelVersion: integer('label_version').notNull().default(1),
    /** Close of the candle, USD. */
    priceAtBaseline: price('price_at_baseline'),
    featureVersion: integer('feature_version'),
    featureInputs: jsonb('feature_inputs').$type<FeatureInputs>(),
    /** A real signal lies near: marked, not dropped. */
    nearSignal: boolean('near_signal').notNull().default(false),
  },
  (table) => [unique('baselines_once_key').on(table.symbolId, table.timeframe, table.ts, table.labelVersion)],
);
