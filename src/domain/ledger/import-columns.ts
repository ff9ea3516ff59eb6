import { OraError } from '../errors.ts';

/** What a file may say about a fill. */
export const IMPORT_FIELDS = [
  'time',
  'date',
  'ticker',
  'side',
  'qty',
  'price',
  'fee',
  'tag',
  'stop',
] as const;
export type ImportField = (typeof IMPORT_FIELDS)[number];

/** Column of each field, counted from 0; absent when the file has none. `date` only where the time stands apart from it. */
export type ImportColumns = Readonly<Partial<Record<ImportField, number>>>;

/** What brokers call them, without case, spaces and signs; the better name first. */
const NAMES: Readonly<Record<ImportField, readonly string[]>> = {
  time: ['datetime', 'filledat', 'executiontime', 'exectime', 'tradetime', 'timestamp', 'time', 'datetimeet'],
  date: ['tradedate', 'date', 'executiondate'],
  ticker: ['ticker', 'symbol', 'underlying', 'instrument', 'stock'],
  side: ['side', 'buysell', 'action', 'type', 'transactiontype', 'direction', 'bs'],
  qty: ['qty', 'quantity', 'shares', 'filledqty', 'filled', 'size', 'amount'],
  price: ['price', 'tprice', 'avgprice', 'fillprice', 'executionprice', 'averageprice', 'tradeprice'],
  fee: ['fee', 'fees', 'commission', 'commfee', 'commissionfees', 'ibcommission', 'comm'],
  tag: ['tag'],
  stop: ['stop', 'stoploss', 'initialstop', 'stopprice'],
};
const REQUIRED = ['time', 'ticker', 'qty', 'price'] as const;

/** Finds the fields in a file's header by the names that brokers use. */
export function guessColumns(header: readonly string[]): ImportColumns {
  const bare = header.map(bareName);
  const found: Partial<Record<ImportField, number>> = {};
  for (const field of IMPORT_FIELDS) {
    const index = NAMES[field].map((name) => bare.indexOf(name)).find((at) => at >= 0);
    if (index !== undefined) found[field] = index;
  }
  // A date alone is a moment only where nothing else says the time.
  if (found.time === undefined && found.date !== undefined) {
    found.time = found.date;
    delete found.date;
  }
  if (found.time !== undefined && bare[found.time] !== 'time') delete found.date;
  return found;
}

/**
 * Reads columns as a person wrote them, a line each: `price = T. Price`.
 *
 * @throws OraError `bad_input` for a field or column that does not exist, or a required one that is missing.
 */
export function parseColumns(text: string, header: readonly string[]): ImportColumns {
  const found: Partial<Record<ImportField, number>> = {};
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const [name = '', ...rest] = line.split('=');
    const field = IMPORT_FIELDS.find((known) => known === name.trim().toLowerCase());
    if (field === undefined) {
      throw new OraError('bad_input', `"${name.trim()}" is not a field. Use ${IMPORT_FIELDS.join(', ')}.`);
    }
    const wanted = rest.join('=').trim();
    if (wanted === '') continue;
    const index = header.findIndex((column) => bareName(column) === bareName(wanted));
    if (index < 0) {
      throw new OraError('bad_input', `The file has no column "${wanted}". It has ${header.join(', ')}.`);
    }
    found[field] = index;
  }
  return checkColumns(found);
}

/** @throws OraError `bad_input` when a required field has no column. */
export function checkColumns(columns: ImportColumns): ImportColumns {
  const missing = REQUIRED.filter((field) => columns[field] === undefined);
  if (missing.length === 0) return columns;
  throw new OraError('bad_input', `The file needs a column for ${missing.join(', ')}.`);
}

/** The columns as `parseColumns` reads them. */
export function writeColumns(columns: ImportColumns, header: readonly string[]): string {
  return IMPORT_FIELDS.map((field) => `${field} = ${header[columns[field] ?? -1] ?? ''}`.trimEnd()).join(
    '\n',
  );
}

function bareName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
