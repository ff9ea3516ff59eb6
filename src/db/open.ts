import { join } from 'node:path';
import type { BackupStore, DatabaseStatus, ExclusiveLock, Logger, Stores } from '../app/ports.ts';
import { OraError } from '../domain/errors.ts';
import { advisoryLock } from './advisory-lock.ts';
import { backupStore } from './backup.ts';
import { type Connection, type ConnectOptions, connect, openClient } from './client.ts';
import { type EmbeddedServer, startEmbedded } from './embedded.ts';
import { migrate } from './migrate.ts';
import { alarmStore } from './stores/alarm-store.ts';
import { auditStore } from './stores/audit-store.ts';
import { backlogStore } from './stores/backlog-store.ts';
import { baselineStore } from './stores/baseline-store.ts';
import { candleStore } from './stores/candle-store.ts';
import { cardLifeStore } from './stores/card-life-store.ts';
import { cardStore } from './stores/card-store.ts';
import { corporateActionStore } from './stores/corporate-action-store.ts';
import { decisionStore } from './stores/decision-store.ts';
import { deskSettingsStore } from './stores/desk-settings-store.ts';
import { detectorStore } from './stores/detector-store.ts';
import { digestStore } from './stores/digest-store.ts';
import { entryDraftStore } from './stores/entry-draft-store.ts';
import { gapStore } from './stores/gap-store.ts';
import { journalStore } from './stores/journal-store.ts';
import { leaseStore } from './stores/lease-store.ts';
import { legacyStore } from './stores/legacy-store.ts';
import { migrationLogStore } from './stores/migration-log-store.ts';
import { mirrorStore } from './stores/mirror-store.ts';
import { modelStore } from './stores/model-store.ts';
import { muteStore } from './stores/mute-store.ts';
import { notifyStore } from './stores/notify-store.ts';
import { outboxStore } from './stores/outbox-store.ts';
import { outcomeStore } from './stores/outcome-store.ts';
import { placementStore } from './stores/placement-store.ts';
import { processStore } from './stores/process-store.ts';
import { riskStore } from './stores/risk-store.ts';
import { rollupStore } from './stores/rollup-store.ts';
import { runStore } from './stores/run-store.ts';
import { signalStore } from './stores/signal-store.ts';
import { snoozeStore } from './stores/snooze-store.ts';
import { statsStore } from './stores/stats-store.ts';
import { symbolStore } from './stores/symbol-store.ts';
import { trainingStore } from './stores/training-store.ts';
import { vectorStore } from './stores/vector-store.ts';
import { watchStore } from './stores/watch-store.ts';
import { workingOrderStore } from './stores/working-order-store.ts';

export interface DatabaseOptions extends Omit<ConnectOptions, 'url'> {
  /** A database of the operator's; without one the embedded server of `dataDir` is used. */
  readonly url?: string | undefined;
  /** Where the bot keeps its files: `.oracore`; the sandbox says `.oracore/sandbox`. */
  readonly dataDir: string;
  /** Begin with an empty database: for the sandbox, whose embedded server holds nothing worth keeping. */
  readonly fresh?: boolean;
  /** Refuse to work without Timescale. */
  readonly requireTimescale?: boolean;
  readonly log: Logger;
}

/** An open database, migrated. */
export interface Database extends Connection {
  readonly stores: Stores;
  readonly status: DatabaseStatus;
  /** A lock that one process on this database holds at a time. */
  lock(word: string): ExclusiveLock;
  /** Copies of all of it, in a folder. */
  backups(folder: string): BackupStore;
  /** Closes the pool, and stops the embedded server when this process owns it. */
  close(): Promise<void>;
}

/**
 * Opens the database, starting the embedded server when no other is named, and brings it up to date.
 *
 * @throws OraError `unavailable` or `config`, with what to do.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { dataDir, fresh = false, log, requireTimescale, url, ...connecting } = options;
  const embedded =
    url === undefined ? await startEmbedded({ dataDir: join(dataDir, 'postgres'), log }) : null;
  const reach = {
    ...connecting,
    ...(embedded && { tls: 'off' as const }),
    url: embedded?.url ?? url ?? '',
    log,
  };
  try {
    if (fresh) await empty(embedded, reach);
    const { version, timescale } = await migrate({ ...reach, ...(requireTimescale && { requireTimescale }) });
    if (timescale.note !== null)
      log.warn({ version, timescale: timescale.version, note: timescale.note }, 'timescale');
    const connection = connect(reach);
    return {
      ...connection,
      stores: openStores(connection),
      status: { version, timescale: timescale.version, embedded: embedded !== null },
      lock: (word) => advisoryLock(reach, word),
      backups: (folder) => backupStore(reach, folder),
      close: async () => {
        await connection.close();
        await embedded?.stop();
      },
    };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

/** @throws OraError `conflict` when another process works with the same server, `config` for a server that is not ours. */
async function empty(embedded: EmbeddedServer | null, reach: ConnectOptions): Promise<void> {
  if (embedded === null) throw new OraError('config', 'Only the embedded database can begin empty.');
  if (!embedded.owned) {
    throw new OraError(
      'conflict',
      `Another process works with the database in ${embedded.folder}. Stop it first.`,
    );
  }
  const client = await openClient(reach);
  try {
    await client.query(
      'DROP SCHEMA IF EXISTS drizzle CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public',
    );
  } finally {
    await client.end();
  }
}

/** Every store over one connection. */
export function openStores(connection: Connection): Stores {
  return {
    symbols: symbolStore(connection),
    candles: candleStore(connection),
    gaps: gapStore(connection),
    actions: corporateActionStore(connection),
    watches: watchStore(connection),
    signals: signalStore(connection),
    cards: cardStore(connection),
    placements: placementStore(connection),
    cardLife: cardLifeStore(connection),
    snoozes: snoozeStore(connection),
    outbox: outboxStore(connection),
    notify: notifyStore(connection),
    mutes: muteStore(connection),
    decisions: decisionStore(connection),
    workingOrders: workingOrderStore(connection),
    entryDrafts: entryDraftStore(connection),
    risk: riskStore(connection),
    deskSettings: deskSettingsStore(connection),
    digests: digestStore(connection),
    outcomes: outcomeStore(connection),
    baselines: baselineStore(connection),
    vectors: vectorStore(connection),
    stats: statsStore(connection),
    runs: runStore(connection),
    detectors: detectorStore(connection),
    audit: auditStore(connection),
    journal: journalStore(connection),
    rollups: rollupStore(connection),
    models: modelStore(connection),
    legacy: legacyStore(connection),
    mirror: mirrorStore(connection),
    migrationLog: migrationLogStore(connection),
    training: trainingStore(connection),
    leases: leaseStore(connection),
    processes: processStore(connection),
    alarms: alarmStore(connection),
    backlog: backlogStore(connection),
  };
}
