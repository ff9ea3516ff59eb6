import { fillPlaceholders, type SQL } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { PgDialect } from 'drizzle-orm/pg-core';
import { Client, type ClientBase, type Pool } from 'pg';

/*
 * Statements of the path that a person waits for are put together once and planned once: a plan of four
 * tables takes longer than what it finds. Names must be unique, and belong to one text for ever.
 */

/** What Drizzle's builder prepares, once for each connection. */
export function oncePerConnection<Prepared extends object>(
  prepare: (db: NodePgDatabase) => Prepared,
): (db: NodePgDatabase) => Prepared {
  const prepared = new WeakMap<NodePgDatabase, Prepared>();
  return (db) => {
    const known = prepared.get(db) ?? prepare(db);
    prepared.set(db, known);
    return known;
  };
}

/** A statement in SQL with `sql.placeholder`s; rows typed by the caller, as `query` has them. */
export function preparedQuery<Row extends object>(
  name: string,
  statement: SQL,
): (client: ClientBase | Pool, values: Readonly<Record<string, unknown>>) => Promise<Row[]> {
  const { sql: text, params } = new PgDialect().sqlToQuery(statement);
  return async (client, values) => {
    const { rows } = await client.query({ name, text, values: fillPlaceholders(params, { ...values }) });
    return rows;
  };
}

/** For a transaction pooler, where the next statement may meet another session: nothing is prepared there. */
export class UnpreparingClient extends Client {
  override query(...args: unknown[]): never {
    const [first, ...rest] = args;
    const isNamed = typeof first === 'object' && first !== null && 'name' in first && !('submit' in first);
    const statement = isNamed ? { ...first, name: undefined } : first;
    // One of many overloads, passed on as it came.
    return Reflect.apply(super.query, this, [statement, ...rest]) as never;
  }
}
