import { Decimal } from 'decimal.js';
import { type SQL, sql } from 'drizzle-orm';
import { customType, numeric } from 'drizzle-orm/pg-core';

/** `timestamptz` in the database, UTC epoch milliseconds in code. */
export const epochMs = customType<{ data: number; driverData: string }>({
  dataType: () => 'timestamp with time zone',
  toDriver: (ms) => new Date(ms).toISOString(),
  fromDriver: (text) => Date.parse(text),
});

/** Exact `NUMERIC` for what is money or a quantity of a trade: decimal in code too. */
export const decimal = customType<{ data: Decimal; driverData: string }>({
  dataType: () => 'numeric',
  toDriver: (value) => value.toFixed(),
  fromDriver: (text) => new Decimal(text),
});

/** Exact `NUMERIC(18,6)`: a price or fee of a trade, USD. */
export const money = customType<{ data: Decimal; driverData: string }>({
  dataType: () => 'numeric(18, 6)',
  toDriver: (value) => value.toFixed(),
  fromDriver: (text) => new Decimal(text),
});

/** Bytes as they are. */
export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });

/** `NUMERIC(18,6)` read as a number: a market price in USD, never summed. */
export function price(name: string) {
  return numeric(name, { precision: 18, scale: 6, mode: 'number' });
}

/** `NUMERIC(12,6)` read as a number: a fraction of the entry price. */
export function ratio(name: string) {
  return numeric(name, { precision: 12, scale: 6, mode: 'number' });
}

/** `column IN ('a', 'b')` for a CHECK: values are written out, since DDL takes no parameters. */
export function oneOf(column: string, values: readonly string[]): SQL {
  return sql.raw(`${column} IN (${values.map((value) => `'${value}'`).join(', ')})`);
}
