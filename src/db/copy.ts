import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

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
