import type { Lottery } from '../domain/lottery.ts';
import type { Retention } from '../domain/retention.ts';
import type { Origin } from '../domain/signal.ts';
import type { MirrorTarget } from './legacy/legacy-ports.ts';
import type { ChosenSettings } from './ops/chosen-settings.ts';
import type {
  ChartRenderer,
  DatabaseStatus,
  Logger,
  MarketSource,
  Messenger,
  ModelRuntime,
  QuoteSource,
  Stores,
  TrainingShelf,
} from './ports.ts';

/** What the use cases are told from configuration. */
export interface Settings {
  /** Origin written to what the live scanner records: `live`, or `sandbox`. */
  readonly origin: Extract<Origin, 'live' | 'sandbox'>;
  /** A candle counts as closed this long after its end, ms: sources deliver it late. */
  readonly graceMs: number;
  /** Longest wait for the series of one scan, ms. */
  readonly fetchDeadlineMs: number;
  /** Git revision or package version, kept with each run. */
  readonly codeVersion: string;
  /** Short hash of the configuration that shapes results, kept with each run. */
  readonly configHash: string;
  /** Levels shown on cards. */
  readonly levelRule: 'atr' | 'percent';
  /** Which candles are drawn as baselines. */
  readonly baselines: Lottery;
  /** How long candles are kept; left out, for ever. */
  readonly retention?: Retention;
  /** Channel of watches that name none. */
  readonly alertChannelId: string;
  /** Channel of the digests; left out, that of the cards. */
  readonly digestChannelId?: string;
}

/**
 * Everything a use case may need, wired once in `main.ts` and passed as the first argument.
 * A use case names the part it uses: `Pick<Services, 'stores' | 'log'>`.
 */
export interface Services {
  readonly stores: Stores;
  readonly market: MarketSource;
  readonly quotes: QuoteSource;
  readonly charts: ChartRenderer;
  readonly models: ModelRuntime;
  readonly trainingSets: TrainingShelf;
  readonly messenger: Messenger;
  /** The old MongoDB, while new events are mirrored there. */
  readonly mirror?: MirrorTarget;
  readonly database: DatabaseStatus;
  readonly log: Logger;
  readonly settings: Settings;
  readonly chosen: ChosenSettings;
}
