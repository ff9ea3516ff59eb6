import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RawCandle } from '../../src/domain/candle.ts';
import type { Timeframe } from '../../src/domain/timeframe.ts';
import { readCandleCsv } from '../../src/market/candle-csv.ts';
import { sharedData } from '../support/shared-data.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'candle-csv-'));
});

const HEADER = 'timestamp,open,high,low,close,volume';
let files = 0;

function aFile(text: string | Buffer, suffix = '.csv'): string {
  const file = join(dir, `${files++}${suffix}`);
  writeFileSync(file, text);
  return file;
}

async function readAll(file: string, timeframe: Timeframe = '5m'): Promise<RawCandle[]> {
  const rows: RawCandle[] = [];
  for await (const row of readCandleCsv(file, timeframe)) rows.push(row);
  return rows;
}

describe('reading candles from CSV', () => {
  it('reads times, prices and volume, and a vwap where the file has one', async () => {
    const file = aFile(`${HEADER},vwap\n2024-03-08T14:30:00Z,10,11.5,9.25,11,1200,10.4\n`);

    const rows = await readAll(file);

    const ts = Date.UTC(2024, 2, 8, 14, 30);
    expect(rows).toEqual([{ ts, open: 10, high: 11.5, low: 9.25, close: 11, volume: 1200, vwap: 10.4 }]);
  });

  it('reads a compressed file, a byte-order mark, Windows line ends and empty lines', async () => {
    const text = `\uFEFF${HEADER}\r\n\r\n2024-03-08T14:30:00+00:00,10,11,9,11,1200\r\n\r\n`;

    const rows = await readAll(aFile(gzipSync(text), '.csv.gz'));

    expect(rows).toHaveLength(1);
    expect(rows[0]?.vwap).toBeNull();
  });

  it('gives an empty field as null and NaN as it is, for the checks to count', async () => {
    const [row] = await readAll(aFile(`${HEADER}\n2024-03-08T14:30:00Z,,11,NaN,11,1200\n`));

    expect(row).toMatchObject({ open: null, low: Number.NaN });
  });

  it('puts a daily candle at the open of its session, in summer and in winter', async () => {
    const rows = await readAll(
      aFile(`${HEADER}\n2024-07-05,1,1,1,1,1\n2024-12-06T00:00:00Z,1,1,1,1,1\n`),
      '1d',
    );

    expect(rows.map(({ ts }) => new Date(ts).toISOString())).toEqual([
      '2024-07-05T13:30:00.000Z',
      '2024-12-06T14:30:00.000Z',
    ]);
  });

  it.each([
    [
      'a price that is a word',
      '2024-03-08T14:30:00Z,10,x1,9,11,1200',
      'line 3, column "high": "x1" is no number',
    ],
    [
      'a time without a zone',
      '2024-03-08 14:30,10,11,9,11,1200',
      'line 3, column "timestamp": "2024-03-08 14:30"',
    ],
    ['epoch seconds for a time', '1.64E+12,10,11,9,11,1200', 'line 3, column "timestamp": "1.64E+12"'],
    ['a day that does not exist', '2024-13-08T14:30:00Z,10,11,9,11,1200', 'column "timestamp"'],
    ['a row with a field too few', '2024-03-08T14:30:00Z,10,11,9,11', 'line 3'],
  ])('refuses %s, naming the place', async (_title, line, message) => {
    const file = aFile(`${HEADER}\n2024-03-08T14:25:00Z,10,11,9,11,1200\n${line}\n`);

    await expect(readAll(file)).rejects.toMatchObject({
      code: 'bad_input',
      message: expect.stringContaining(message),
    });
  });

  it('refuses a file without a needed column, naming it', async () => {
    const file = aFile('timestamp,open,high,low,close\n2024-03-08T14:30:00Z,1,1,1,1\n');

    await expect(readAll(file)).rejects.toMatchObject({
      code: 'bad_input',
      message: expect.stringContaining('no column "volume"'),
    });
  });

  it('refuses a file that is absent or not compressed as its name says', async () => {
    await expect(readAll(join(dir, 'none.csv'))).rejects.toMatchObject({ code: 'not_found' });
    await expect(readAll(aFile('plain text', '.csv.gz'))).rejects.toMatchObject({ code: 'bad_input' });
  });

  const spy = sharedData('stratback-5m/SPY_5m_2022-02-14_2022-08-12.csv.gz');
  it.skipIf(spy === null)('reads half a year of recorded 5m candles', async () => {
    const rows = await readAll(spy ?? '');

    expect(rows).toHaveLength(9750);
    expect(rows[0]?.ts).toBe(Date.UTC(2022, 1, 14, 14, 30));
    expect(rows.at(-1)?.ts).toBe(Date.UTC(2022, 7, 12, 19, 55));
  });
});
