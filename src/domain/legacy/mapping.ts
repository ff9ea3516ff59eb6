/** Where one of our fields comes from. */
export interface FieldRule {
  /** Dotted paths in the document; the first that is there and not blank is taken, the others stay in `legacy`. */
  readonly from: readonly string[];
  /** What texts mean, in lower case: `{"buy": "long"}`. Without a table the text itself is taken. */
  readonly values?: Readonly<Record<string, string>>;
  /** What a document without it has; null: it has none. */
  readonly default?: string | null;
  /** Multiplies a number: 0.01 for per cent. */
  readonly scale?: number;
}

/** How times without a zone, with an unclear order, or without a time of day are meant; null: not stated. */
export interface TimeRules {
  /** `America/New_York`. */
  readonly zone: string | null;
  readonly dateOrder: 'mdy' | 'dmy' | null;
  /** When a mere date was: its session's open or close, or midnight of the zone. */
  readonly dateOnly: 'open' | 'close' | 'midnight' | null;
}

export type SignalField =
  | 'ticker'
  | 'timeframe'
  | 'at'
  | 'side'
  | 'detector'
  | 'version'
  | 'price'
  | 'score'
  | 'bid'
  | 'ask'
  | 'relVolume';
export const CANDLE_FIELDS = ['open', 'high', 'low', 'close', 'volume'] as const;
export type CandleField = (typeof CANDLE_FIELDS)[number];
export type TradeField =
  | 'ticker'
  | 'at'
  | 'side'
  | 'qty'
  | 'price'
  | 'fee'
  | 'stop'
  | 'exitAt'
  | 'exitPrice'
  | 'exitTag'
  | 'trader';

/** Documents that say what a scanner or a model saw, and may hold the candle it looked at. */
export interface SignalMapping {
  readonly to: 'signals';
  readonly sourceSystem: 'basic_scanner' | 'ml_scanner';
  readonly detectorKind: 'rule' | 'ml';
  readonly fields: Readonly<Record<SignalField, FieldRule>>;
  /**
   * A document that holds all five prices is a candle too: its time is then the candle's open, and the
   * signal fired at its close. Null: prices stay in `legacy`.
   */
  readonly candle: Readonly<Record<CandleField, FieldRule>> | null;
  /** A document is a signal only when one of these our fields is there; empty: each is. */
  readonly signalNeeds: readonly SignalField[];
}

/** Documents that say what was bought and sold: a fill each, or an entry with its exit. */
export interface TradeMapping {
  readonly to: 'trades';
  readonly fields: Readonly<Record<TradeField, FieldRule>>;
  /** What is done with a document that says exactly the same as another. */
  readonly duplicates: 'reject' | 'keep';
}

export type CollectionMapping = SignalMapping | TradeMapping;

/** From the fields of the old collections to our tables. Kept as a file that people edit. */
export interface LegacyMapping {
  readonly times: TimeRules;
  /** Texts, in lower case, that mean that a field is not there; NaN as a number means so too. */
  readonly blank: readonly string[];
  /** What begins the id of each detector that comes from there. */
  readonly detectorPrefix: string;
  readonly collections: Readonly<Record<string, CollectionMapping>>;
}
