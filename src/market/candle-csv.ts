import { createReadStream, existsSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type Info, parse } from 'csv-parse';
import { sessionOn } from '../domain/calendar.ts';
import type { RawCandle } from '../domain/candle.ts';
import { OraError } from '../domain/errors.ts';
import type { Timeframe } from '../domain/timeframe.ts';

const REQUIRED = ['timestamp', 'open', 'high', 'low', 'close', 'volume'] as const;
/** ISO 8601 with its zone: a time without one would silently be some machine's local time. */
const TIMESTAMP = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

interface Row {
  readonly record: Readonly<Record<string, string>>;
  readonly info: Pick<Info, 'lines'>;
}

/**
 * Streams the candles of a CSV or CSV.gz file with the header
 * `timestamp,open,high,low,close,volume[,vwap]`: the candle's open in UTC, prices in USD, volume in
 * shares. In a daily file the timestamp is the exchange date, given at 00:00; its candle's `ts` is
 * that session's open. An empty field is null; what the rows are worth is for `checkCandles` to say.
 *
 * @throws OraError `not_found` without the file; `bad_input` naming line, column and value for text
 * that is no number or no time.
 */
export async function* readCandleCsv(file: string, timeframe: Timeframe): AsyncGenerator<RawCandle> {
  if (!existsSync(file)) throw new OraError('not_found', `There is no file "${file}".`);
  const parser = parse({ columns: true, info: true, bom: true, trim: true, skip_empty_lines: true });
  const bytes = createReadStream(file);
  const done = () => {}; // a failure reaches the loop below through the parser
  if (file.endsWith('.gz')) pipeline(bytes, createGunzip(), parser, done);
  else pipeline(bytes, parser, done);
  try {
    for await (const row of parser as AsyncIterable<Row>) yield readRow(file, row, timeframe);
  } catch (error) {
    if (error instanceof OraError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new OraError('bad_input', `"${file}" is no readable CSV of candles: ${reason}`, { cause: error });
  }
}

function readRow(file: string, { record, info }: Row, timeframe: Timeframe): RawCandle {
  const missing = REQUIRED.find((column) => !(column in record));
  if (missing !== undefined) {
    throw new OraError(
      'bad_input',
      `"${file}" has no column "${missing}". Its first line must read ${REQUIRED.join(',')}[,vwap].`,
    );
  }
  const fail = (column: string, expected: string) => {
    const value = (record[column] ?? '').slice(0, 40);
    return new OraError(
      'bad_input',
      `"${file}", line ${info.lines}, column "${column}": "${value}" is no ${expected}.`,
    );
  };
  const number = (column: string): number | null => {
    const text = record[column] ?? '';
    if (text === '') return null;
    const value = Number(text);
    if (Number.isNaN(value) && text.toLowerCase() !== 'nan') throw fail(column, 'number');
    return value;
  };
  const ts = readTime(record.timestamp ?? '', timeframe);
  if (ts === null) throw fail('timestamp', 'time such as 2024-03-08T14:30:00Z');
  return {
    ts,
    open: number('open'),
    high: number('high'),
    low: number('low'),
    close: number('close'),
    volume: number('volume'),
    vwap: number('vwap'),
  };
}

/** Null when the text is no time. */
function readTime(text: string, timeframe: Timeframe): number | null {
  const ts = TIMESTAMP.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ts)) return null;
  if (timeframe !== '1d' || ts % 86_400_000 !== 0) return ts;
  return sessionOn(text.slice(0, 10), '1d')?.open ?? ts;
}
