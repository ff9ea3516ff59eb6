import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { Pool, PoolClient } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

const CHUNK_BYTES = 65_536;

/** One column of a COPY row: numbers and booleans as they print, null as `\N`. Free text is not for here. */
export type CopyValue = number | boolean | string | null;

/** Sends rows through `COPY table (columns) FROM STDIN`. */
export async function copyRows(
  client: PoolClient,
  target: { readonly table: string; readonly columns: readonly string[] },
  rows: Iterable<readonly CopyValue[]>,
): Promise<void> {
  const into = client.query(copyFrom(`COPY ${target.table} (${target.columns.join(', ')}) FROM STDIN`));
  await pipeline(Readable.from(chunks(rows)), into);
}

/** Renders epoch milliseconds as COPY reads a `timestamptz`. */
export type Timestamp = (ms: number) => string;

/** Remembers what it rendered, for the moments of one COPY lie on a grid and rendering is half the cost of a row. */
export function createTimestamp(): Timestamp {
  const rendered = new Map<number, string>();
  return (ms) => {
    const known = rendered.get(ms);
    if (known !== undefined) return known;
    const text = new Date(ms).toISOString();
    rendered.set(ms, text);
    return text;
  };
}

function* chunks(rows: Iterable<readonly CopyValue[]>): Generator<string> {
  let chunk = '';
  for (const row of rows) {
    for (let index = 0; index < row.length; index++) {
      if (index > 0) chunk += '\t';
      chunk += row[index] ?? '\\N';
    }
    chunk += '\n';
    if (chunk.length >= CHUNK_BYTES) {
      yield chunk;
      chunk = '';
    }
  }
  if (chunk !== '') yield chunk;
}

/** `PGCOPY\n\xff\r\n\0` and four bytes of flags; then how long the rest of the header is. */
const HEADER_BYTES = 15;

/**
 * Rows of a SELECT as COPY's binary format has them: text and bytea arrive as they are, where a query would send
 * bytea in hex. COPY takes no parameters: values are written into the statement, so they are numbers and words
 * of our own. No column may be null. @throws Error for any other value.
 */
export async function readCopied(pool: Pool, select: SQL): Promise<Iterable<readonly Buffer[]>> {
  const dialect = new PgDialect();
  const strange = dialect.sqlToQuery(select).params.find((value) => !/^\w+$/.test(String(value ?? '')));
  if (strange !== undefined) throw new Error(`COPY takes no value such as ${JSON.stringify(strange)}`);
  const { sql: text } = dialect.sqlToQuery(select.inlineParams());
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of client.query(copyTo(`COPY (${text}) TO STDOUT (FORMAT binary)`)))
      chunks.push(chunk);
    return copiedRows(Buffer.concat(chunks));
  } catch (error) {
    broken = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Each row is how many fields it has, or -1 after the last one, and the fields: each its length and its bytes. */
function* copiedRows(bytes: Buffer): Generator<readonly Buffer[]> {
  let at = HEADER_BYTES + 4 + bytes.readInt32BE(HEADER_BYTES);
  for (let fields = bytes.readInt16BE(at); fields >= 0; fields = bytes.readInt16BE(at)) {
    at += 2;
    const row: Buffer[] = [];
    while (row.length < fields) {
      const from = at + 4;
      at = from + bytes.readInt32BE(at);
      row.push(bytes.subarray(from, at));
    }
    yield row;
  }
}
