import type { Db, Document } from 'mongodb';
import type { Mongo } from './client.ts';

/** One command of the plan. */
export interface HardenStep {
  readonly why: string;
  /** As one types it into mongosh. */
  readonly shell: string;
  /** Null for what has to be done by hand, outside the database. */
  readonly apply: ((db: Db) => Promise<string>) | null;
}

export interface HardenOptions {
  /** Refuse what does not pass instead of logging it. */
  readonly enforce: boolean;
  readonly collections: readonly string[];
}

/** Names of the fields that the old collections use for what is indexed and checked. */
const OLD: Readonly<
  Record<string, { readonly time: string; readonly numbers: readonly string[]; readonly roi: boolean }>
> = {
  scanner_hits: { time: 'timestamp', numbers: ['price', 'score', 'roi'], roi: true },
  prediction_data: {
    time: 'timestamp',
    numbers: ['price', 'probability', 'open', 'high', 'low', 'close', 'volume'],
    roi: false,
  },
  trade_logs: { time: 'timestamp', numbers: ['price', 'entry', 'exit', 'qty', 'size', 'roi'], roi: true },
};

/** Indexes of the report's section 6, for a team that stays on MongoDB. */
const SECTION_6: readonly (readonly [collection: string, key: Document, unique: boolean])[] = [
  ['symbols', { ticker: 1, exchange: 1 }, true],
  ['candles', { symbol_id: 1, timeframe: 1, ts: -1 }, true],
  ['signals', { symbol_id: 1, timeframe: 1, fired_at: -1 }, false],
  ['outcomes', { signal_id: 1, horizon_tf: 1, horizon_bars: 1 }, false],
  ['alerts', { signal_id: 1 }, false],
  ['decisions', { signal_id: 1, decided_at: 1 }, false],
  ['executions', { order_id: 1, filled_at: 1 }, false],
  ['baselines', { symbol_id: 1, timeframe: 1, ts: -1 }, false],
  ['watch_requests', { symbol_id: 1, timeframe: 1 }, false],
];

/** What Route A of the strategy report asks for, in the order in which it is safe. */
export function planHardening({ enforce, collections }: HardenOptions): HardenStep[] {
  const old = collections.filter((name) => OLD[name] !== undefined);
  return [
    byHand(
      'Take a backup before anything is changed',
      'mongodump --uri "$MONGODB_URL" --gzip --archive=before-hardening.gz',
    ),
    ...old.flatMap((name) => stepsFor(name, enforce)),
    ...SECTION_6.map(([collection, key, unique]) => index(collection, key, { unique })),
    byHand(
      'Switch continuous backups on (Atlas: Backup, Continuous Cloud Backup)',
      'atlas clusters update CLUSTER --backup',
    ),
    byHand(
      'Run the scanners by a scheduler, each run with a run_id of its own',
      'crontab: */5 9-16 * * 1-5 scanner --run-id "$(uuidgen)"',
    ),
  ];
}

function stepsFor(name: string, enforce: boolean): HardenStep[] {
  const rules = OLD[name] ?? { time: 'timestamp', numbers: [], roi: false };
  return [
    index(name, { ticker: 1, [rules.time]: -1 }, {}),
    index(name, { run_id: 1, ticker: 1 }, {}),
    ...(rules.roi ? [index(name, { ticker: 1, roi: -1 }, {})] : []),
    update(
      name,
      'Every document says which run wrote it',
      { run_id: { $exists: false } },
      { $set: { run_id: 'before-hardening' } },
    ),
    update(
      name,
      'Every document says when it was written',
      { created_at: { $exists: false }, _id: { $type: 'objectId' } },
      [{ $set: { created_at: { $toDate: '$_id' } } }],
    ),
    update(name, 'Tickers are upper case', { ticker: { $type: 'string', $regex: '[a-z ]' } }, [
      { $set: { ticker: { $toUpper: { $trim: { input: '$ticker' } } } } },
    ]),
    validator(name, rules, enforce),
  ];
}

function index(
  collection: string,
  key: Document,
  { unique = false }: { readonly unique?: boolean },
): HardenStep {
  const fields = Object.keys(key).join(', ');
  return {
    why: `Queries by ${fields} read an index instead of all of ${collection}`,
    shell: `db.${collection}.createIndex(${show(key)}${unique ? ', { unique: true }' : ''})`,
    apply: async (db) => db.collection(collection).createIndex(key, { unique }),
  };
}

function update(
  collection: string,
  why: string,
  filter: Document,
  change: Document | Document[],
): HardenStep {
  return {
    why,
    shell: `db.${collection}.updateMany(${show(filter)}, ${show(change)})`,
    apply: async (db) => {
      const { modifiedCount } = await db.collection(collection).updateMany(filter, change);
      return `${modifiedCount} changed`;
    },
  };
}

/** Warn first: what would be refused is in the server's log, and nothing is. */
function validator(
  name: string,
  { time, numbers }: { readonly time: string; readonly numbers: readonly string[] },
  enforce: boolean,
): HardenStep {
  const numeric = Object.fromEntries(
    numbers.map((field) => [field, { bsonType: ['int', 'long', 'double', 'decimal', 'null'] }]),
  );
  const schema = {
    bsonType: 'object',
    required: ['ticker', time, 'run_id'],
    properties: {
      ticker: { bsonType: 'string', pattern: '^\\^?[A-Z][A-Z0-9]{0,9}([.-][A-Z0-9]{1,4})?$' },
      [time]: { bsonType: 'date' },
      run_id: { bsonType: 'string' },
      ...numeric,
    },
  };
  const options = {
    validator: { $jsonSchema: schema },
    validationLevel: 'moderate',
    validationAction: enforce ? 'error' : 'warn',
  };
  return {
    why: enforce
      ? `${name} refuses what does not pass`
      : `${name} logs what would not pass; look there for a week, then --enforce`,
    shell: `db.runCommand(${show({ collMod: name, ...options })})`,
    apply: async (db) => {
      await db.command({ collMod: name, ...options });
      return options.validationAction;
    },
  };
}

function byHand(why: string, shell: string): HardenStep {
  return { why, shell, apply: null };
}

/** Keys without quotes where JavaScript needs none. */
function show(value: unknown): string {
  return JSON.stringify(value)
    .replace(/"([A-Za-z_$][\w$]*)":/g, '$1: ')
    .replaceAll(',', ', ');
}

/** Runs one step. @returns what it did. @throws OraError `unavailable`. */
export async function applyStep({ ask }: Mongo, { shell, apply }: HardenStep): Promise<string> {
  return apply === null ? 'by hand' : ask(`run ${shell.slice(0, 60)}`, apply);
}
