import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import type { ColumnType, ColumnValue, TrainingColumn } from '../domain/training/columns.ts';
import type { RowFile } from './row-file.ts';

/** Rows of a group: what lies in memory before it goes to the file. */
const ROWS_PER_GROUP = 32_768;

type ParquetOptions = ConstructorParameters<typeof ParquetWriter>[0];
type SchemaElement = ParquetOptions['schema'][number];

const STORED_AS: Readonly<
  Record<ColumnType, Pick<SchemaElement, 'type' | 'converted_type' | 'logical_type'>>
> = {
  string: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  double: { type: 'DOUBLE' },
  int32: { type: 'INT32' },
  boolean: { type: 'BOOLEAN' },
  timestamp: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
};

/** A Parquet file, Snappy compressed, written one row group after the other. */
export function openParquetFile(path: string, columns: readonly TrainingColumn[]): RowFile {
  const root: SchemaElement = { name: 'training', num_children: columns.length };
  const leaves = columns.map(
    ({ name, type }): SchemaElement => ({ name, repetition_type: 'OPTIONAL', ...STORED_AS[type] }),
  );
  const writer = new ParquetWriter({
    writer: fileWriter(path),
    schema: [root, ...leaves],
    createdBy: 'oracore',
  });
  let group = emptyGroup(columns);
  let held = 0;

  const flush = async (): Promise<void> => {
    const columnData = group.map(({ name, data }) => ({ name, data }));
    const rowGroupSize = held;
    group = emptyGroup(columns);
    held = 0;
    await writer.write({ columnData, rowGroupSize });
  };
  return {
    async write(rows) {
      for (const row of rows) {
        for (const { read, data } of group) data.push(read(row));
        held += 1;
        if (held === ROWS_PER_GROUP) await flush();
      }
    },
    async end() {
      if (held > 0) await flush();
      await writer.finish();
    },
  };
}

/** Cells by column, so that rows need not be held until their group is whole. */
function emptyGroup(columns: readonly TrainingColumn[]) {
  return columns.map(({ name, read }) => ({ name, read, data: [] as ColumnValue[] }));
}
