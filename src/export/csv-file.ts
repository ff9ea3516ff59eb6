import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { ColumnValue, TrainingColumn } from '../domain/training/columns.ts';
import type { RowFile } from './row-file.ts';

/** A CSV file with a header, RFC 4180: UTF-8, nulls empty, times ISO 8601 in UTC, numbers with all their digits. */
export function openCsvFile(path: string, columns: readonly TrainingColumn[]): RowFile {
  const out = createWriteStream(path);
  const broken = finished(out);
  broken.catch(() => undefined); // told to whoever writes or ends
  const put = async (text: string): Promise<void> => {
    if (!out.write(text)) await Promise.race([once(out, 'drain'), broken]);
  };
  const header = put(`${columns.map(({ name }) => name).join(',')}\n`);
  return {
    async write(rows) {
      await header;
      await put(
        rows
          .map((row) => `${columns.map((column) => toCell(column, column.read(row))).join(',')}\n`)
          .join(''),
      );
    },
    async end() {
      await header;
      out.end();
      await broken;
    },
  };
}

function toCell({ type }: TrainingColumn, value: ColumnValue): string {
  if (value === null) return '';
  if (type === 'timestamp') return new Date(Number(value)).toISOString();
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
