import type { CandleStore, SymbolStore } from './candles/candle-ports.ts';
import type { CorporateActionStore, GapStore } from './candles/gap-ports.ts';
import type {
  CardLifeStore,
  CardStore,
  MuteStore,
  NotifyStore,
  OutboxStore,
  PlacementStore,
  SnoozeStore,
} from './cards/card-ports.ts';
import type { DigestStore } from './cards/digest-ports.ts';
import type { DecisionStore } from './decisions/decision-ports.ts';
import type { EntryDraftStore, RiskStore, WorkingOrderStore } from './decisions/entry-ports.ts';
import type { JournalStore } from './journal/journal-ports.ts';
import type { BaselineStore, OutcomeStore, VectorStore } from './labels/label-ports.ts';
import type { LegacyStore, MigrationLog, MirrorStore } from './legacy/legacy-ports.ts';
import type { AuditStore, DeskSettingsStore, StatsStore } from './ops/desk-ports.ts';
import type { AlarmStore, BacklogStore, LeaseStore, ProcessStore, RunStore } from './ops/ops-ports.ts';
import type { DetectorStore, SignalStore } from './scan/scan-ports.ts';
import type { RollupStore } from './stats/rollup-ports.ts';
import type { ModelStore } from './training/model-ports.ts';
import type { TrainingStore } from './training/training-ports.ts';
import type { WatchStore } from './watches/watch-ports.ts';

export type { NewCard } from '../domain/plan-cards.ts';
export type { SeriesKey } from '../domain/series-key.ts';
export type { WatchParams } from '../domain/watch.ts';
export type * from './candles/candle-ports.ts';
export type * from './candles/gap-ports.ts';
export type * from './candles/market-ports.ts';
export type * from './cards/card-ports.ts';
export type * from './cards/chart-ports.ts';
export type * from './cards/messenger-ports.ts';
export type * from './decisions/decision-ports.ts';
export type * from './decisions/entry-ports.ts';
export type * from './labels/label-ports.ts';
export type * from './ops/desk-ports.ts';
export type * from './ops/ops-ports.ts';
export type * from './scan/ingest-ports.ts';
export type * from './scan/scan-ports.ts';
export type * from './training/model-ports.ts';
export type * from './training/training-ports.ts';
export type * from './watches/watch-ports.ts';

/*
 * What the use cases need from outside. Times are UTC epoch milliseconds, prices USD,
 * candles closed and oldest first, unless a line says otherwise.
 */

/** Structured log: data first, then a constant lower-case message. */
export interface Logger {
  debug(data: object, message: string): void;
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}

export interface Stores {
  readonly journal: JournalStore;
  readonly rollups: RollupStore;
  readonly symbols: SymbolStore;
  readonly candles: CandleStore;
  readonly gaps: GapStore;
  readonly actions: CorporateActionStore;
  readonly watches: WatchStore;
  readonly signals: SignalStore;
  readonly cards: CardStore;
  readonly placements: PlacementStore;
  readonly cardLife: CardLifeStore;
  readonly snoozes: SnoozeStore;
  readonly outbox: OutboxStore;
  readonly notify: NotifyStore;
  readonly mutes: MuteStore;
  readonly decisions: DecisionStore;
  readonly workingOrders: WorkingOrderStore;
  readonly entryDrafts: EntryDraftStore;
  readonly risk: RiskStore;
  readonly deskSettings: DeskSettingsStore;
  readonly digests: DigestStore;
  readonly outcomes: OutcomeStore;
  readonly baselines: BaselineStore;
  readonly vectors: VectorStore;
  readonly stats: StatsStore;
  readonly runs: RunStore;
  readonly detectors: DetectorStore;
  readonly audit: AuditStore;
  readonly models: ModelStore;
  readonly legacy: LegacyStore;
  readonly mirror: MirrorStore;
  readonly migrationLog: MigrationLog;
  readonly training: TrainingStore;
  readonly leases: LeaseStore;
  readonly processes: ProcessStore;
  readonly alarms: AlarmStore;
  readonly backlog: BacklogStore;
}
