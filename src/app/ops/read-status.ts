import type { RejectCounts } from '../../domain/candle.ts';
import type { MirrorBacklog } from '../legacy/legacy-ports.ts';
import type {
  CardStore,
  DatabaseStatus,
  GapStore,
  OpenAlarm,
  RunningProcess,
  RunStore,
  StatsStore,
} from '../ports.ts';
import type { Services } from '../services.ts';
import { type ListedModel, listModels } from '../training/list-models.ts';
import { SEEN_MS } from './read-condition.ts';

const DAY = 86_400_000;
/** Newest signals over which the share of nulls is taken. */
const NULL_SHARE_SIGNALS = 500;

type Answer<T extends (...args: never[]) => unknown> = Awaited<ReturnType<T>>;

/** How the desk is doing, for `/status`. */
export interface Status {
  readonly now: number;
  readonly origin: string;
  readonly codeVersion: string;
  readonly database: DatabaseStatus;
  readonly watches: number;
  readonly lastScan: Answer<RunStore['latest']>;
  readonly lastLabelling: Answer<RunStore['latest']>;
  readonly lastVerification: Answer<RunStore['latest']>;
  readonly lastBackup: Answer<RunStore['latest']>;
  /** Those that work on this database now, the longest running first. */
  readonly processes: readonly RunningProcess[];
  /** What a person should look at, oldest first. */
  readonly alarms: readonly OpenAlarm[];
  /** Those that run, or should. */
  readonly models: readonly ListedModel[];
  readonly cards: Answer<CardStore['counts']>;
  readonly totals: Answer<StatsStore['totals']>;
  /** What the old MongoDB is owed. */
  readonly mirror: MirrorBacklog;
  /** Candles that should be there and are not, as of the last check. */
  readonly lacking: Answer<GapStore['lacking']>;
  /** Rows rejected by reason in the last 24 hours. */
  readonly rejected: RejectCounts;
  /** Share of nulls per feature over the newest signals, 0 to 1. */
  readonly nullShares: Readonly<Record<string, number>>;
}

/** Reads everything `/status` shows. */
export async function readStatus(
  services: Pick<Services, 'stores' | 'database' | 'settings'>,
  { now }: { readonly now: number },
): Promise<Status> {
  const { stores, database, settings } = services;
  const [
    watches,
    lastScan,
    lastLabelling,
    lastVerification,
    models,
    cards,
    totals,
    rejected,
    nullShares,
    mirror,
    lastBackup,
    processes,
    alarms,
    lacking,
  ] = await Promise.all([
    stores.watches.active(),
    stores.runs.latest('scan'),
    stores.runs.latest('label'),
    stores.runs.latest('verify'),
    listModels(services, { now }),
    stores.cards.counts(),
    stores.stats.totals(),
    stores.runs.rejectedSince(now - DAY),
    stores.stats.nullShares(NULL_SHARE_SIGNALS),
    stores.mirror.backlog(),
    stores.runs.latest('backup'),
    stores.processes.since(now - SEEN_MS),
    stores.alarms.open(),
    stores.gaps.lacking(),
  ]);
  return {
    now,
    origin: settings.origin,
    codeVersion: settings.codeVersion,
    database,
    watches: watches.length,
    lastScan,
    lastLabelling,
    lastVerification,
    lastBackup,
    processes,
    alarms,
    models: models.filter(({ state }) => state !== 'retired'),
    cards,
    totals,
    mirror,
    lacking,
    rejected,
    nullShares,
  };
}
