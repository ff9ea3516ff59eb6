import type { Candle } from '../../domain/candle.ts';
import { OraError } from '../../domain/errors.ts';
import { checkChange } from '../../domain/ledger/check-change.ts';
import {
  checkColumns,
  guessColumns,
  type ImportColumns,
  parseColumns,
} from '../../domain/ledger/import-columns.ts';
import { type ImportRow, readImportRow } from '../../domain/ledger/import-row.ts';
import { planImport, type RowPlan } from '../../domain/ledger/plan-import.ts';
import { isFarFromCandle } from '../../domain/ledger/question-fill.ts';
import type { Timeframe } from '../../domain/timeframe.ts';
import type { Services } from '../services.ts';
import type { Asking } from './journal-form.ts';
import type { BookChange, StoredFill } from './journal-ports.ts';
import { asLedgerFills } from './journal-write.ts';

/** A file as it was read: cells of text, the header first. */
export type FileTable = readonly (readonly string[])[];

/** What a draft of an import keeps. */
interface ImportDraft {
  readonly fileName: string;
  readonly table: FileTable;
  readonly columns: ImportColumns;
  /** Columns as they were last typed, when they could not be understood. */
  readonly typed?: string;
}

/** A row that cannot be imported, and why. */
export interface BadRow {
  readonly line: number;
  readonly reason: string;
}

/** What an import would do. Nothing is written yet. */
export interface ImportPreview {
  readonly draftId: number;
  readonly fileName: string;
  readonly header: readonly string[];
  readonly columns: ImportColumns;
  /** Why the columns cannot be used yet; then there are no plans. */
  readonly columnsProblem: string | null;
  readonly plans: readonly RowPlan[];
  readonly bad: readonly BadRow[];
  /** Lines whose price lies more than 20 % outside its candle. */
  readonly far: readonly number[];
}

/** What an import wrote. */
export interface Imported {
  readonly fills: readonly StoredFill[];
  readonly tickers: readonly string[];
  readonly duplicates: number;
}

/** More would not be looked through on a phone anyway; a longer file is cut into years. */
const MAX_ROWS = 2000;
const DAY = 86_400_000;

type Deps = Pick<Services, 'stores' | 'log'>;

/**
 * Reads a file and says what importing it would do; the file waits as a draft.
 *
 * @throws OraError `bad_input` for a file without rows, or with too many.
 */
export async function previewImport(
  services: Deps,
  input: {
    readonly traderId: string;
    readonly fileName: string;
    readonly table: FileTable;
    readonly now: number;
  },
): Promise<ImportPreview> {
  const { traderId, fileName, table, now } = input;
  const [header, ...rows] = table;
  if (header === undefined || rows.length === 0) {
    throw new OraError('bad_input', `"${fileName}" has no rows. It needs a header and a line for each fill.`);
  }
  if (rows.length > MAX_ROWS) {
    throw new OraError(
      'bad_input',
      `"${fileName}" has ${rows.length} rows; import at most ${MAX_ROWS} at once.`,
    );
  }
  const draft: ImportDraft = { fileName, table, columns: guessColumns(header) };
  const draftId = await services.stores.journal.saveDraft({
    traderId,
    kind: 'import',
    payload: draft,
    createdAt: now,
  });
  return planDraft(services, { draft, draftId, traderId, now });
}

/**
 * Says again what the import would do, with other columns.
 *
 * @throws OraError `bad_input` for columns that are none, `not_found` when it was answered before.
 */
export async function mapImport(
  services: Deps,
  input: {
    readonly traderId: string;
    readonly draftId: number;
    readonly columns: string;
    readonly now: number;
  },
): Promise<ImportPreview> {
  const { traderId, draftId, now } = input;
  const { fileName, table, columns: before } = await readImport(services, traderId, draftId);
  // Kept first, so that a form that cannot be understood opens again as it was filled in.
  await services.stores.journal.updateDraft(draftId, {
    fileName,
    table,
    columns: before,
    typed: input.columns,
  } satisfies ImportDraft);
  const draft: ImportDraft = { fileName, table, columns: parseColumns(input.columns, table[0] ?? []) };
  await services.stores.journal.updateDraft(draftId, draft);
  return planDraft(services, { draft, draftId, traderId, now });
}

/** The file that waits, for its columns to be changed. @throws OraError `not_found` when it was answered before. */
export async function readImport(
  { stores }: Pick<Services, 'stores'>,
  traderId: string,
  draftId: number,
): Promise<ImportDraft> {
  const draft = await stores.journal.draft(traderId, draftId);
  if (draft?.kind !== 'import') throw answeredBefore();
  return draft.payload as ImportDraft;
}

/**
 * Writes what the file says and the journal does not have yet, all of it or nothing, planned anew on the
 * books as they are now.
 *
 * @throws OraError `not_found` when it was answered before, `conflict` when a later exit would close
 * nothing, `bad_input` when nothing is left to import.
 */
export async function confirmImport(
  services: Deps,
  input: Asking & { readonly draftId: number },
): Promise<Imported> {
  const { draftId, ...asking } = input;
  const { traderId, now } = asking;
  const { journal } = services.stores;
  const draft = await readImport(services, traderId, draftId);
  const { rows } = readRows(draft, now);
  const tickers = [...new Set(rows.map(({ ticker }) => ticker))].toSorted();
  let duplicates = 0;
  const { fills } = await journal.change({ ...asking, tickers }, (all) => {
    const kept = [...all.values()].flat();
    const live = kept.filter(({ voidedAt }) => voidedAt === null);
    const plans = planImport(rows, live);
    duplicates = plans.filter(({ outcome }) => outcome === 'duplicate').length;
    return changeOf(plans, { fileName: draft.fileName, live, kept });
  });
  await journal.settleDraft(traderId, draftId, now);
  services.log.info({ ...asking, tickers, fills: fills.length, duplicates }, 'journal import');
  return { fills, tickers: [...new Set(fills.map(({ ticker }) => ticker))], duplicates };
}

/** Gives an import up. @throws OraError `not_found` when it was answered before. */
export async function discardImport(
  { stores }: Pick<Services, 'stores'>,
  input: { readonly traderId: string; readonly draftId: number; readonly now: number },
): Promise<void> {
  const draft = await stores.journal.settleDraft(input.traderId, input.draftId, input.now);
  if (draft === null) throw answeredBefore();
}

function changeOf(
  plans: readonly RowPlan[],
  about: {
    readonly fileName: string;
    readonly live: readonly StoredFill[];
    readonly kept: readonly StoredFill[];
  },
): BookChange {
  const { fileName, live, kept } = about;
  const add = plans.flatMap((plan) => {
    if (plan.outcome !== 'new') return [];
    const { ticker, at } = plan.row;
    return plan.parts.map((part) => ({ ...part, ticker, at, signalId: null, importKey: plan.importKey }));
  });
  if (add.length === 0)
    throw new OraError('bad_input', `"${fileName}" has nothing that is not journalled yet.`);
  for (const [ticker, rows] of Map.groupBy(add, (row) => row.ticker)) {
    const own = live.filter((fill) => fill.ticker === ticker);
    checkChange(ticker, own, [...own, ...asLedgerFills(rows, kept)]);
  }
  return {
    add,
    voids: [],
    audit: { action: 'journal.import', target: fileName, details: { rows: add.length } },
  };
}

async function planDraft(
  services: Deps,
  about: {
    readonly draft: ImportDraft;
    readonly draftId: number;
    readonly traderId: string;
    readonly now: number;
  },
): Promise<ImportPreview> {
  const { draft, draftId, traderId, now } = about;
  const { fileName, table, columns } = draft;
  const shown = { draftId, fileName, header: table[0] ?? [], columns };
  const problem = columnsProblem(columns);
  if (problem !== null) return { ...shown, columnsProblem: problem, plans: [], bad: [], far: [] };
  const { rows, bad } = readRows(draft, now);
  const known = await services.stores.journal.fills({ traderId });
  const plans = planImport(
    rows,
    known.filter(({ voidedAt }) => voidedAt === null),
  );
  const fresh = plans.filter(({ outcome }) => outcome === 'new').map(({ row }) => row);
  return { ...shown, columnsProblem: null, plans, bad, far: await findFar(services, fresh) };
}

function columnsProblem(columns: ImportColumns): string | null {
  try {
    checkColumns(columns);
    return null;
  } catch (error) {
    if (error instanceof OraError) return error.message;
    throw error;
  }
}

/** Rows that say a fill, and those that do not, with the reason. */
function readRows(
  { table, columns }: ImportDraft,
  now: number,
): { readonly rows: ImportRow[]; readonly bad: BadRow[] } {
  const rows: ImportRow[] = [];
  const bad: BadRow[] = [];
  for (const [index, cells] of table.slice(1).entries()) {
    const line = index + 2;
    try {
      rows.push(readImportRow(cells, columns, { line, now }));
    } catch (error) {
      if (!(error instanceof OraError)) throw error;
      bad.push({ line, reason: error.message });
    }
  }
  return { rows, bad };
}

/** From fine to coarse: what a fill is held against is the finest candle it lies in. */
const SERIES = ['5m', '1h', '1d'] as const satisfies readonly Timeframe[];

/** Lines whose price lies far from its candle; a few reads for each ticker, however many rows it has. */
async function findFar({ stores }: Pick<Services, 'stores'>, rows: readonly ImportRow[]): Promise<number[]> {
  const far: number[] = [];
  for (const [ticker, own] of Map.groupBy(rows, (row) => row.ticker)) {
    const times = own.map(({ at }) => at);
    const range = { from: Math.min(...times) - DAY, to: Math.max(...times) };
    const series = await Promise.all(
      SERIES.map((timeframe) => stores.candles.read({ ticker, timeframe }, range)),
    );
    for (const { at, price, line } of own) {
      const candle = series.map((candles) => lastBefore(candles, at)).find((found) => found !== null);
      if (candle && isFarFromCandle(price, candle)) far.push(line);
    }
  }
  return far.toSorted((a, b) => a - b);
}

function lastBefore(candles: readonly Candle[], at: number): Candle | null {
  const candle = candles.findLast(({ ts }) => ts <= at);
  return candle !== undefined && at - candle.ts < DAY ? candle : null;
}

function answeredBefore(): OraError {
  return new OraError('not_found', 'This import was answered before. Nothing was written now.');
}
