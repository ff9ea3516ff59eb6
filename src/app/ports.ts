import type { Decimal } from 'decimal.js';
import type { CandleSpan } from '../domain/calendar.ts';
import type { Candle, RawCandle, RejectCounts } from '../domain/candle.ts';
import type { Card, CardDecision, CardDetails, DecisionAction, Levels } from '../domain/card.ts';
import type { Detector } from '../domain/detectors/detector.ts';
import type { KnownDetector } from '../domain/detectors/known-detector.ts';
import type { EntryKind, IgnoreReason } from '../domain/entry.ts';
import type { Figure } from '../domain/figure.ts';
import type { OutboxMessage } from '../domain/outbox.ts';
import type { NewCard } from '../domain/plan-cards.ts';
import type { Quote } from '../domain/quote.ts';
import type { SeriesKey } from '../domain/series-key.ts';
import type { NewSignal, Origin, Side, Signal } from '../domain/signal.ts';
import type { FetchedTimeframe, SignalTimeframe, Timeframe } from '../domain/timeframe.ts';
import type { WatchParams } from '../domain/watch.ts';
import type { CorporateActionStore, GapStore } from './candles/gap-ports.ts';
import type {
  CardFate,
  CardLifeStore,
  MuteStore,
  NotifyStore,
  OutboxStore,
  PlacementStore,
  Reminder,
  SnoozeStore,
} from './cards/card-ports.ts';
import type { DigestStore } from './cards/digest-ports.ts';
import type { EntryDraftStore, RiskStore, WorkingOrderStore } from './decisions/entry-ports.ts';
import type { JournalStore } from './journal/journal-ports.ts';
import type { BaselineStore, OutcomeStore, VectorStore } from './labels/label-ports.ts';
import type { LegacyStore, MigrationLog, MirrorStore } from './legacy/legacy-ports.ts';
import type { AuditEntry, AuditFilter, DeskSettingsStore } from './ops/desk-ports.ts';
import type { AlarmStore, BacklogStore, Claim, LeaseStore, ProcessStore } from './ops/ops-ports.ts';
import type { DetectorRefusal, ForeignDetector, GivenRecord } from './scan/ingest-ports.ts';
import type { RollupStore } from './stats/rollup-ports.ts';
import type { ModelStore } from './training/model-ports.ts';
import type { TrainingStore } from './training/training-ports.ts';

export type { NewCard } from '../domain/plan-cards.ts';
export type { SeriesKey } from '../domain/series-key.ts';
export type { WatchParams } from '../domain/watch.ts';
export type * from './candles/gap-ports.ts';
export type * from './cards/card-ports.ts';
export type * from './decisions/entry-ports.ts';
export type * from './labels/label-ports.ts';
export type * from './ops/desk-ports.ts';
export type * from './ops/ops-ports.ts';
export type * from './scan/ingest-ports.ts';
export type * from './training/model-ports.ts';
export type * from './training/training-ports.ts';

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

// ---------------------------------------------------------------- market data

export interface FetchRequest {
  readonly ticker: string;
  readonly timeframe: FetchedTimeframe;
  /** First candle open wanted. */
  readonly from: number;
  /** Nothing that closes after this moment is returned. */
  readonly to: number;
  readonly signal?: AbortSignal;
}

export interface FetchedSeries {
  /** As the source gave them, first-row and live-row defects already handled, not yet validated. */
  readonly rows: readonly RawCandle[];
  /** When it answered by its own clock, epoch ms; null when it does not say. */
  readonly asOf: number | null;
  /** Candles with `ts` at or after this were really asked for: the source's reach may begin later than `from`. */
  readonly reachedFrom: number;
  /** Split ratios since `from`, by the session's date: each rewrites older history. */
  readonly splits: readonly { readonly at: number; readonly ratio: number }[];
  /** Dividends with an ex-date since `from`, USD a share. Prices are not adjusted for them. */
  readonly dividends: readonly { readonly at: number; readonly amount: number }[];
  /** Exchange code and currency as the source names them. */
  readonly exchange: string | null;
  readonly currency: string | null;
}

/** A vendor of candles. A plug-in: one file under src/market/, one line in its `all.ts`. */
export interface MarketSource {
  /** Written to `candles.source`: `yfinance`. */
  readonly name: string;
  /**
   * @throws OraError `not_found` for an unknown ticker, `unavailable` when the source does not
   * answer in time or refuses, `bad_input` for a currency other than USD.
   */
  fetch(request: FetchRequest): Promise<FetchedSeries>;
  /** Least time between two requests, ms; left out, none. */
  readonly spacingMs?: number;
  /** How far back a series is brought in and kept up, in days, per timeframe. */
  readonly reachDays: Readonly<Record<FetchedTimeframe, number>>;
  /** How far back it keeps candles at all, in days: at least `reachDays`. */
  readonly historyDays: Readonly<Record<FetchedTimeframe, number>>;
  /** How many days it is best asked for at once. */
  readonly requestDays: Readonly<Record<FetchedTimeframe, number>>;
}

/** Bid and ask, best effort. */
export interface QuoteSource {
  /** Null when there is none within the deadline; never throws. */
  quote(ticker: string): Promise<Quote | null>;
}

// ---------------------------------------------------------------- candles

/** One session of one series that was fetched or imported. */
export interface SessionCoverage {
  /** New York date, `YYYY-MM-DD`. */
  readonly date: string;
  /** Candles that close at or before this are all there; one that is absent had no trade. */
  readonly coveredThrough: number;
}

export interface CandleBatch extends SeriesKey, KnownSymbol {
  /** `yfinance`, `built:5m`, or the name given to an import. */
  readonly source: string;
  /** Validated, oldest first, unique. */
  readonly candles: readonly Candle[];
  readonly coverage: readonly SessionCoverage[];
}

export interface StoreCounts {
  readonly inserted: number;
  /** Rows whose values differed and were replaced; each is in `candle_revisions` when it lay inside coverage. */
  readonly changed: number;
  readonly unchanged: number;
}

export interface CandleRange {
  /** Inclusive. */
  readonly from?: number;
  /** Inclusive. */
  readonly to?: number;
  /** Only the newest so many (still answered oldest first). */
  readonly last?: number;
}

/** Candles of a series between two moments, both inclusive; without an end, all from the first on. */
export interface SeriesSpan extends SeriesKey {
  readonly from: number;
  readonly to?: number;
}

/** Sessions of a series between two New York dates, both inclusive. */
export interface SeriesSessions extends SeriesKey {
  readonly fromDate: string;
  readonly toDate: string;
}

export interface CandleStore {
  /** Upserts through a staging table. A built candle never replaces a fetched or imported one. */
  store(batch: CandleBatch): Promise<StoreCounts>;
  /** The same for batches of different series in one transaction: all of them are stored or none. Counts in their order. */
  storeAll(batches: readonly CandleBatch[]): Promise<StoreCounts[]>;
  /** Several series in one statement, in the order asked; one may be asked for more than once. */
  readAll(wanted: readonly SeriesSpan[]): Promise<Candle[][]>;
  read(series: SeriesKey, range?: CandleRange): Promise<Candle[]>;
  /** Candles that open within any of some spans (`ts <= open < end`), oldest first. */
  readWithin(series: SeriesKey, spans: readonly CandleSpan[]): Promise<Candle[]>;
  /** Covered sessions between two New York dates, both inclusive, oldest first. */
  coverage(series: SeriesKey, fromDate: string, toDate: string): Promise<SessionCoverage[]>;
  /** The same for several series in one statement, in the order asked. */
  coverageOf(wanted: readonly SeriesSessions[]): Promise<SessionCoverage[][]>;
  /** When the oldest signal or baseline of a ticker fired that may still lack a label; null when none does. */
  neededFrom(ticker: string): Promise<number | null>;
  /** Drops candles that open before a moment, with their coverage and gaps. @returns how many candles. */
  drop(series: SeriesKey, before: number, now: number): Promise<number>;
  /** All stored series. */
  series(): Promise<SeriesKey[]>;
  /** Whether a covered candle that opens in a span (both ends inclusive) was changed or added after `since`, or ever. */
  wasRevised(
    series: SeriesKey,
    span: { readonly from: number; readonly to: number; readonly since: number | null },
  ): Promise<boolean>;
  /**
   * Tickers whose covered candles were changed or added to since a mark, by whatever process; none for
   * the mark null. `last` is the next mark. A change that commits late may have a mark below it.
   */
  revisedAfter(mark: number | null): Promise<{ readonly last: number; readonly tickers: readonly string[] }>;
}

/** A ticker and what the source says of it. */
export interface KnownSymbol {
  readonly ticker: string;
  readonly exchange?: string | null;
}

export interface SymbolStore {
  /** Finds or creates by ticker; fills an unknown exchange in place. @returns the row id. */
  resolve(ticker: string, known?: Omit<KnownSymbol, 'ticker'>): Promise<number>;
  /** The same for many. @returns row ids by ticker. */
  resolveAll(wanted: readonly KnownSymbol[]): Promise<ReadonlyMap<string, number>>;
  /** Tickers that begin with the text, watched ones first. */
  suggest(prefix: string, limit: number): Promise<string[]>;
}

// ---------------------------------------------------------------- watching and scanning

export interface Watch extends SeriesKey {
  readonly id: number;
  readonly symbolId: number;
  readonly timeframe: SignalTimeframe;
  readonly params: WatchParams;
  readonly channelId: string;
  readonly createdBy: string;
  /** `ts` of the last candle scanned; null before the first scan. */
  readonly lastScannedTs: number | null;
}

export interface NewWatch {
  readonly ticker: string;
  readonly timeframe: SignalTimeframe;
  readonly params: WatchParams;
  readonly channelId: string;
  readonly userId: string;
  /** Cursor of a new or resumed watch: the last closed candle. */
  readonly startAfter: number;
}

export interface WatchStore {
  /** One active watch per ticker and timeframe; a second person subscribes to it. */
  add(
    watch: NewWatch,
  ): Promise<{ readonly watch: Watch; readonly outcome: 'created' | 'resumed' | 'joined' | 'unchanged' }>;
  /** Unsubscribes a person; the watch stops with its last subscriber. Null when the person had none. */
  remove(request: {
    readonly ticker: string;
    readonly timeframe: SignalTimeframe;
    readonly userId: string;
  }): Promise<'left' | 'stopped' | null>;
  /** Changes what people see of it and where; null leaves the channel. */
  change(
    watchId: number,
    to: { readonly params: WatchParams; readonly channelId: string | null },
  ): Promise<Watch>;
  /** How many people follow it. */
  followers(watchId: number): Promise<number>;
  active(): Promise<Watch[]>;
  /**
   * Claims our share of these watches: all of them where one scanner works, half of them where two do. Not
   * those that others have claimed. What it gives is as it stands now, for another may have scanned it since.
   */
  claimShare(ids: readonly number[], claim: Claim): Promise<Watch[]>;
  /** Gives back all that a process has claimed. */
  giveBack(by: string): Promise<void>;
  /** Whether another process is scanning one of these. */
  areClaimed(ids: readonly number[], now: number): Promise<boolean>;
  /** Watches a person subscribes to. */
  of(userId: string): Promise<Watch[]>;
}

/** All that one scan of one watch has to say, written in one transaction. */
export interface ScanRecord {
  readonly watch: Watch;
  /** Advances `last_scanned_ts` from `watch.lastScannedTs` to this. */
  readonly scannedTo: number;
  readonly signals: readonly NewSignal[];
  readonly cards: readonly NewCard[];
  /** Of models on trial: apart, so that nothing of them shows on a card that people see. */
  readonly shadow?: { readonly signals: readonly NewSignal[]; readonly cards: readonly NewCard[] };
  readonly origin: Origin;
  readonly runId: string;
}

/** A scan of one watch in which nothing fired: only its cursor moves, from `watch.lastScannedTs`. */
export type QuietScan = Pick<ScanRecord, 'watch' | 'scannedTo'>;

export interface SignalFilter {
  readonly ticker?: string;
  readonly timeframe?: SignalTimeframe;
  readonly side?: Side;
  readonly before?: number;
  readonly limit: number;
}

export interface SignalStore {
  /**
   * Signals, alerts, cards and cursor in one transaction. `lost` when another process had
   * already moved the cursor: then nothing was written.
   */
  recordScan(record: ScanRecord): Promise<{ readonly signals: number; readonly cards: number } | 'lost'>;
  /**
   * The cursors of many watches in one statement. @returns the ids of those that moved; another process had
   * already moved the others.
   */
  recordQuiet(scans: readonly QuietScan[]): Promise<ReadonlySet<number>>;
  /** Signals alone, for a replay; a signal that exists is left as it is. @returns how many were new. */
  recordReplay(
    series: SeriesKey,
    signals: readonly NewSignal[],
    run: { readonly runId: string; readonly origin: Origin },
  ): Promise<number>;
  /** Signals of another program, with alerts and cards, in one transaction; one that exists is left as it is. */
  recordGiven(record: GivenRecord): Promise<{ readonly signals: number; readonly cards: number }>;
  /** Newest first. */
  list(filter: SignalFilter): Promise<Signal[]>;
  /** Null when there is none, or it is not whole. */
  find(id: number): Promise<Signal | null>;
}

/** One run of a scan, a replay, an import or a labelling; named by `signals.watch_run_id`. */
export interface RunStore {
  start(run: {
    readonly kind: RunKind;
    readonly startedAt: number;
    readonly codeVersion: string;
    readonly configHash: string;
  }): Promise<string>;
  finish(
    id: string,
    result: {
      readonly finishedAt: number;
      readonly counts: Readonly<Record<string, number>>;
      readonly errors: readonly string[];
    },
  ): Promise<void>;
  /** Latest finished run of a kind, and what was rejected by reason since a moment. */
  latest(kind: RunKind): Promise<{
    readonly startedAt: number;
    readonly finishedAt: number | null;
    readonly counts: Readonly<Record<string, number>>;
    readonly errors: readonly string[];
  } | null>;
  rejectedSince(since: number): Promise<RejectCounts>;
}
export type RunKind =
  | 'scan'
  | 'replay'
  | 'import'
  | 'label'
  | 'backup'
  | 'baseline'
  | 'verify'
  | 'ingest'
  | 'backfill'
  | 'gaps'
  | 'retention';

export interface DetectorStore {
  /** Makes the catalog agree with the code. @throws OraError `conflict` when a version's code hash differs from the stored one. */
  sync(detectors: readonly (Detector & { readonly codeHash: string })[]): Promise<void>;
  /** Adds detectors of other programs, with their versions. @returns why, for those that cannot be, by id. */
  register(detectors: readonly ForeignDetector[]): Promise<ReadonlyMap<string, DetectorRefusal>>;
  /** Every detector of the catalog: rules, then models, then those of other programs, each by id. */
  list(): Promise<KnownDetector[]>;
}

// ---------------------------------------------------------------- cards and decisions

export interface CardStore {
  /** Claims the oldest card that is due, or whose claim ran out, for `leaseMs`; null when none is. */
  claim(request: {
    readonly by: string;
    readonly now: number;
    readonly leaseMs: number;
  }): Promise<{ readonly details: CardDetails; readonly resumed: boolean } | null>;
  /** Guarded by the claim: false when it was lost. */
  markSent(
    cardId: number,
    sent: { readonly by: string; readonly messageId: string; readonly at: number },
  ): Promise<boolean>;
  /** Back to `pending` with a delay, or `failed` for good. */
  markFailed(
    cardId: number,
    failure: { readonly by: string; readonly error: string; readonly retryAt: number | null },
  ): Promise<boolean>;
  suppress(cardId: number, reason: string): Promise<void>;
  details(cardId: number): Promise<CardDetails | null>;
  /** What became of the cards of some signals. */
  fatesOf(signalIds: readonly number[]): Promise<CardFate[]>;
  /** Whom the card mentions, before it is posted; guarded by the claim. */
  setMentioned(cardId: number, by: string, userIds: readonly string[]): Promise<void>;
  /** Sent cards whose shown content is older than their rows (a late signal, a decision whose edit was lost). */
  outdated(limit: number): Promise<CardDetails[]>;
  /** The message now shows all that `details` held. */
  markShown(details: CardDetails): Promise<void>;
  /** Of signals; a reminder that is not due yet waits for nobody. */
  counts(): Promise<Readonly<Record<Card['state'], number>> & { readonly oldestPendingAt: number | null }>;
}

export interface NewDecision {
  readonly cardId: number;
  readonly action: DecisionAction;
  readonly userId: string;
  readonly interactionId: string;
  readonly decidedAt: number;
  readonly note?: string;
  /** Why it was ignored. Said after the click, it is a row of its own that keeps the click's latency and price. */
  readonly reasons?: readonly IgnoreReason[];
}

export interface NewEntry {
  /** `working`: a limit order without any execution yet, `price` being its limit. */
  readonly kind: EntryKind;
  /** Shares, > 0. */
  readonly qty: Decimal;
  readonly price: Decimal;
  readonly feeUsd: Decimal;
  readonly stopPrice: Decimal | null;
}

export type DecisionResult =
  | { readonly outcome: 'written'; readonly details: CardDetails }
  /** The same person had already decided the same; nothing was written. */
  | { readonly outcome: 'repeated'; readonly first: CardDecision; readonly details: CardDetails };

export interface DecisionStore {
  /** One row per signal of the card; idempotent by `interactionId`. Null when the card does not exist. */
  record(decision: NewDecision): Promise<DecisionResult | null>;
  /**
   * Decision, one order on the headline signal and, where it is filled, its ENTRY execution, together. A
   * person whose orders on the card were all cancelled may enter again.
   */
  enter(
    decision: NewDecision,
    entry: NewEntry,
  ): Promise<(DecisionResult & { readonly orderId: number | null }) | null>;
}

// ---------------------------------------------------------------- labels and statistics

export interface StatsStore {
  /** Share of nulls per feature over the newest signals, 0 to 1. */
  nullShares(limit: number): Promise<Readonly<Record<string, number>>>;
  /**
   * Rows per main table, those of a large one as Postgres estimates them; of the newest signals the share
   * with a quote, and how many have no outcome yet.
   */
  totals(): Promise<{
    readonly signals: number;
    readonly outcomes: number;
    readonly decisions: number;
    readonly candles: number;
    readonly quoteFill: number | null;
    readonly unlabelled: number;
  }>;
}

export interface AuditStore {
  write(entry: {
    readonly at: number;
    readonly actor: string;
    readonly action: string;
    readonly target: string;
    readonly details: Readonly<Record<string, unknown>>;
  }): Promise<void>;
  /** Newest first. */
  list(filter: AuditFilter): Promise<AuditEntry[]>;
}

/** How the database runs, for `/status` and `oracore doctor`. */
export interface DatabaseStatus {
  readonly version: string;
  readonly timescale: string | null;
  readonly embedded: boolean;
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

// ---------------------------------------------------------------- people

/** Posts and edits cards where people see them. */
export interface Messenger {
  /** Idempotent by `nonce` for a few minutes. @returns the message id. @throws OraError `forbidden` or `unavailable`. */
  postCard(details: CardDetails, image: Uint8Array | null, nonce: string): Promise<string>;
  editCard(details: CardDetails): Promise<void>;
  /** Message id of a card already posted to its channel since a moment, or null. */
  findCard(card: Card, since: number): Promise<string | null>;
  /** Brings a snoozed card back as a reply to it. As `postCard`. */
  postReminder(reminder: Reminder, nonce: string): Promise<string>;
  /** Message id of a reminder already posted since a moment, or null. */
  findReminder(reminder: Reminder, since: number): Promise<string | null>;
  /** A message that is no card; mentions nobody but the named. As `postCard`. */
  postMessage(message: OutboxPost, nonce: string): Promise<string>;
  /** Message id of such a message already posted since a moment, or null. */
  findMessage(message: OutboxPost, since: number): Promise<string | null>;
}

/** An outbox message as it is posted. */
export interface OutboxPost extends OutboxMessage {
  /** The card it replies to, with its message; null when it replies to none. */
  readonly replyTo: CardDetails | null;
  readonly mention: readonly string[];
}

/** What a chart shows; drawn off the main thread. */
export interface ChartSpec {
  readonly ticker: string;
  readonly timeframe: Timeframe;
  /** Warm-up candles for the averages first, then the shown ones. */
  readonly candles: readonly Candle[];
  /** How many of the newest candles are drawn. */
  readonly shown: number;
  readonly levels: Levels | null;
  readonly side: Side | null;
  /** Close time of the signal's candle; null for a plain chart. */
  readonly firedAt: number | null;
  /** A trade on a plain chart: its mean entry and its stop, USD, named at the edge beside the last price. */
  readonly trade?: { readonly entry: number; readonly stop: number | null };
  /** What was bought and sold, marked on the candle of its time. */
  readonly fills?: readonly ChartFill[];
}

/** One execution on a chart. */
export interface ChartFill {
  /** Epoch ms. */
  readonly at: number;
  /** USD. */
  readonly price: number;
  readonly action: 'buy' | 'sell';
}

export interface ChartRenderer {
  /** PNG bytes, 1000 x 560. */
  draw(spec: ChartSpec | Figure): Promise<Uint8Array>;
  close(): Promise<void>;
}
