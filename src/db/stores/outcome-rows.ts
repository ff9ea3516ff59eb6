import type { Outcome } from '../../domain/labels/outcome.ts';
import type { Tx } from '../client.ts';
import { type CopyValue, copyRows, createTimestamp, type Timestamp } from '../copy.ts';

/** What both tables of outcomes hold. */
const LABEL_COLUMNS = [
  'horizon_tf',
  'horizon_bars',
  'label_version',
  'state',
  'horizon_end_ts',
  'entry_price',
  'ret_close',
  'max_run_up',
  'max_drawdown',
  'hit_tp1',
  'hit_tp2',
  'hit_tp3',
  'hit_stop',
  't_to_tp1',
  't_to_stop',
  'first_barrier',
  'ambiguous',
  'gap_fill',
  'ret_worst',
  'ret_best',
  'settled_by',
] as const;

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** What says which signal or baseline a row is about, in the order of the first columns. */
  keys(outcome: Outcome, timestamp: Timestamp): readonly CopyValue[];
}

const TABLES: Readonly<Record<Outcome['target']['kind'], Table>> = {
  signal: {
    name: 'outcomes',
    columns: ['signal_id', 'signal_fired_at', ...LABEL_COLUMNS],
    keys: ({ target }, timestamp) => [target.id, timestamp(target.firedAt)],
  },
  baseline: {
    name: 'baseline_outcomes',
    columns: ['baseline_id', 'side', ...LABEL_COLUMNS],
    keys: ({ target }) => [target.id, target.side],
  },
};

/**
 * Writes outcomes straight into their tables, since as a rule none of the rows is there.
 *
 * @returns how many. @throws Error for which `isDuplicate` is true when one is there.
 */
export async function copyOutcomes({ client }: Tx, outcomes: readonly Outcome[]): Promise<number> {
  for (const { table, rows } of byTable(outcomes)) {
    await copyRows(client, { table: table.name, columns: table.columns }, rowsOf(table, rows));
  }
  return outcomes.length;
}

/**
 * Writes outcomes where another process labels too: rows that exist are left. COPY itself cannot leave out what
 * exists, so they go by way of a staging table, which is emptied at every commit; see candle-merge.ts.
 *
 * @returns how many were new.
 */
export async function mergeOutcomes({ client }: Tx, outcomes: readonly Outcome[]): Promise<number> {
  let inserted = 0;
  for (const { table, rows } of byTable(outcomes)) {
    const staging = `staged_${table.name}`;
    const columns = table.columns.join(', ');
    await client.query(`CREATE TEMP TABLE IF NOT EXISTS ${staging} ON COMMIT DELETE ROWS AS
      SELECT ${columns} FROM ${table.name} WITH NO DATA`);
    await copyRows(client, { table: staging, columns: table.columns }, rowsOf(table, rows));
    const { rowCount } = await client.query(
      `INSERT INTO ${table.name} (${columns}) SELECT ${columns} FROM ${staging} ON CONFLICT DO NOTHING`,
    );
    inserted += rowCount ?? 0;
  }
  return inserted;
}

function byTable(
  outcomes: readonly Outcome[],
): { readonly table: Table; readonly rows: readonly Outcome[] }[] {
  return (['signal', 'baseline'] as const)
    .map((kind) => ({
      table: TABLES[kind],
      rows: outcomes.filter(({ target }) => target.kind === kind),
    }))
    .filter(({ rows }) => rows.length > 0);
}

function* rowsOf(table: Table, outcomes: readonly Outcome[]): Generator<readonly CopyValue[]> {
  const timestamp = createTimestamp();
  for (const outcome of outcomes) yield rowOf(table.keys(outcome, timestamp), outcome, timestamp);
}

/** The keys, then what follows in the order of `LABEL_COLUMNS`: one array, since millions are made. */
function rowOf(keys: readonly CopyValue[], outcome: Outcome, timestamp: Timestamp): readonly CopyValue[] {
  const { horizon, labelVersion, state, horizonEndTs } = outcome;
  const end = horizonEndTs === null ? null : timestamp(horizonEndTs);
  if (outcome.state !== 'resolved') {
    return [...keys, horizon.timeframe, horizon.bars, labelVersion, state, end, outcome.entry, ...UNMEASURED];
  }
  const { target, trade } = outcome;
  return [
    ...keys,
    horizon.timeframe,
    horizon.bars,
    labelVersion,
    state,
    end,
    trade?.entry ?? (target.isRescaled ? target.price : null),
    toMillionths(outcome.retClose),
    toMillionths(outcome.maxRunUp),
    toMillionths(outcome.maxDrawdown),
    outcome.hitTp1,
    outcome.hitTp2,
    outcome.hitTp3,
    outcome.hitStop,
    toInterval(outcome.tToTp1Ms),
    toInterval(outcome.tToStopMs),
    outcome.firstBarrier,
    outcome.ambiguous,
    trade?.gapFill ?? null,
    trade === null ? null : toMillionths(trade.retWorst),
    trade === null ? null : toMillionths(trade.retBest),
    trade?.settledBy ?? null,
  ];
}

const UNMEASURED: readonly null[] = LABEL_COLUMNS.slice(LABEL_COLUMNS.indexOf('ret_close')).map(() => null);

/** A ratio of six decimals as a whole number prints it, in a third of the time a fraction takes. */
function toMillionths(ratio: number): string {
  return `${Math.round(ratio * 1e6)}e-6`;
}

function toInterval(ms: number | null): string | null {
  return ms === null ? null : `${ms} milliseconds`;
}
