import type { CandleField, FieldRule, LegacyMapping, SignalField, SignalMapping } from './mapping.ts';

const TICKER: FieldRule = { from: ['ticker', 'symbol', 'stock', 'asset', 'Ticker', 'Symbol'] };
const AT: FieldRule = {
  from: [
    'timestamp',
    'datetime',
    'date+time',
    'date',
    'time',
    'ts',
    'created_at',
    'createdAt',
    'scanned_at',
    'Date',
    'Datetime',
  ],
};
const TIMEFRAME: FieldRule = {
  from: ['timeframe', 'interval', 'tf', 'time_frame', 'candle_interval'],
  values: {
    '1m': '1m',
    '1min': '1m',
    '1minute': '1m',
    '1': '1m',
    '5m': '5m',
    '5min': '5m',
    '5minute': '5m',
    '5': '5m',
    '15m': '15m',
    '15min': '15m',
    '15minute': '15m',
    '15': '15m',
    '1h': '1h',
    '60m': '1h',
    '60min': '1h',
    '1hour': '1h',
    '60': '1h',
    '4h': '4h',
    '240m': '4h',
    '4hour': '4h',
    '240': '4h',
    '5h': '5h',
    '300m': '5h',
    '5hour': '5h',
    '300': '5h',
  },
  default: null,
};
const SIDE: FieldRule = {
  from: ['side', 'direction', 'signal', 'action', 'bias', 'prediction'],
  values: {
    long: 'long',
    buy: 'long',
    bullish: 'long',
    bull: 'long',
    up: 'long',
    call: 'long',
    short: 'short',
    sell: 'short',
    bearish: 'short',
    bear: 'short',
    down: 'short',
    put: 'short',
  },
  default: null,
};

const SIGNAL_FIELDS: Readonly<Record<SignalField, FieldRule>> = {
  ticker: TICKER,
  timeframe: TIMEFRAME,
  at: AT,
  side: SIDE,
  detector: {
    from: [
      'detector',
      'scanner',
      'strategy',
      'pattern',
      'scan_type',
      'setup',
      'signal_type',
      'model',
      'model_name',
    ],
    default: 'scan',
  },
  version: { from: ['detector_version', 'model_version', 'version'], default: 'legacy' },
  price: {
    from: [
      'price',
      'entry',
      'entry_price',
      'last_price',
      'current_price',
      'close',
      'price.last',
      'price.close',
    ],
  },
  score: { from: ['score', 'confidence', 'probability', 'strength', 'proba'], scale: 1 },
  bid: { from: ['bid', 'quote.bid'] },
  ask: { from: ['ask', 'quote.ask'] },
  relVolume: { from: ['rel_volume', 'relative_volume', 'rvol', 'rel_vol', 'volume_ratio'] },
};

const CANDLE: Readonly<Record<CandleField, FieldRule>> = {
  open: { from: ['open', 'Open', 'ohlcv.open', 'candle.open'] },
  high: { from: ['high', 'High', 'ohlcv.high', 'candle.high'] },
  low: { from: ['low', 'Low', 'ohlcv.low', 'candle.low'] },
  close: { from: ['close', 'Close', 'ohlcv.close', 'candle.close'] },
  volume: { from: ['volume', 'Volume', 'ohlcv.volume', 'candle.volume'] },
};

const SCANNER_HITS: SignalMapping = {
  to: 'signals',
  sourceSystem: 'basic_scanner',
  detectorKind: 'rule',
  signalNeeds: [],
  fields: SIGNAL_FIELDS,
  candle: null,
};

/**
 * What preflight starts from: the usual names for what the three old collections hold. It states no time
 * zone, no order of dates and no timeframe, since nobody but the owner knows them.
 */
export const DEFAULT_MAPPING: LegacyMapping = {
  times: { zone: null, dateOrder: null, dateOnly: null },
  blank: ['', 'n/a', 'na', 'none', 'null', 'nan', '-', '--'],
  detectorPrefix: 'legacy_',
  collections: {
    scanner_hits: SCANNER_HITS,
    prediction_data: {
      ...SCANNER_HITS,
      sourceSystem: 'ml_scanner',
      detectorKind: 'ml',
      signalNeeds: ['side', 'score'],
      fields: { ...SIGNAL_FIELDS, detector: { ...SIGNAL_FIELDS.detector, default: 'prediction' } },
      candle: CANDLE,
    },
    trade_logs: {
      to: 'trades',
      duplicates: 'reject',
      fields: {
        ticker: TICKER,
        at: {
          from: [
            'entry_time',
            'entry_date',
            'opened_at',
            'entry.time',
            'entry.at',
            'entry.timestamp',
            ...AT.from,
          ],
        },
        side: {
          from: ['side', 'direction', 'action', 'type', 'trade_type'],
          values: {
            buy: 'buy',
            long: 'buy',
            bullish: 'buy',
            sell: 'sell',
            short: 'short',
            sell_short: 'short',
            bearish: 'short',
            cover: 'cover',
            buy_to_cover: 'cover',
          },
          default: null,
        },
        qty: {
          from: ['qty', 'quantity', 'size', 'shares', 'amount', 'position_size', 'entry.qty', 'entry.size'],
        },
        price: { from: ['entry_price', 'entry', 'entry.price', 'fill_price', 'price', 'buy_price'] },
        fee: { from: ['fee', 'fees', 'commission', 'commissions'] },
        stop: { from: ['stop', 'stop_loss', 'stop_price', 'sl'] },
        exitAt: { from: ['exit_time', 'exit_date', 'closed_at', 'exit.time', 'exit.at', 'exit.timestamp'] },
        exitPrice: { from: ['exit_price', 'exit', 'exit.price', 'sell_price', 'close_price'] },
        exitTag: {
          from: ['exit_reason', 'exit_tag'],
          values: {
            tp1: 'TP1',
            tp2: 'TP2',
            tp3: 'TP3',
            target: 'TP1',
            tp: 'TP1',
            stop: 'STOP',
            stop_loss: 'STOP',
            sl: 'STOP',
          },
        },
        trader: { from: ['trader_id', 'discord_id'], default: null },
      },
    },
  },
};
