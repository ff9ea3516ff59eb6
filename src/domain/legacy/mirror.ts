import type { Json, JsonObject, LegacyDocument, LegacyValue } from './document.ts';
import { type DecisionFacts, type FillFacts, type LegacyFacts, NO_FACTS, type SignalFacts } from './facts.ts';
import { plainText, readDecimal } from './read-decimal.ts';

export const MIRROR_ENTITIES = ['signal', 'decision', 'execution'] as const;
export type MirrorEntity = (typeof MIRROR_ENTITIES)[number];
export type MirrorEventKind = 'insert' | 'void';

/** Something that happened here and that MongoDB is told of, as it was frozen. */
export interface MirrorEvent {
  readonly entity: MirrorEntity;
  readonly entityId: number;
  readonly event: MirrorEventKind;
  /** Epoch ms. */
  readonly at: number;
  /** Numbers as canonical text, times as epoch ms; what the view `mirror_events` says. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A value as MongoDB is to store it. */
export type MirrorValue =
  | { readonly kind: 'date'; readonly ms: number }
  /** A double where that is exact, else a Decimal128. */
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'plain'; readonly json: Json };

/** One event as one new document of an old collection, in the names its readers know. */
export interface MirrorDocument {
  readonly collection: string;
  readonly id: string;
  readonly fields: Readonly<Record<string, MirrorValue>>;
}

const NUMBERS = ['price', 'score', 'bid', 'ask', 'relVolume', 'qty', 'fee', 'stop'];
/** Names that the old collections use, where ours differ. */
const OLD_NAMES: Readonly<Record<string, string>> = {
  at: 'timestamp',
  version: 'detector_version',
  relVolume: 'rel_volume',
  sourceSystem: 'source_system',
  runId: 'run_id',
  by: 'decided_by',
  trader: 'trader_id',
  signalId: 'signal_id',
  orderId: 'order_id',
  replaces: 'replaces_id',
};

/** Signals go where their scanner wrote; decisions and executions to the log of trades. */
export function toMirrorDocument(deskId: string, event: MirrorEvent): MirrorDocument {
  const { entity, entityId, payload } = event;
  const fields = Object.entries(payload).map(([key, value]): [string, MirrorValue] => [
    OLD_NAMES[key] ?? key,
    toValue(key, value),
  ]);
  const marker = { desk: deskId, entity, id: entityId, event: event.event };
  return {
    collection: collectionOf(event),
    id: mirrorId(deskId, event),
    fields: {
      event: { kind: 'plain', json: event.event === 'void' ? 'void' : entity },
      ...Object.fromEntries(fields),
      oracore: { kind: 'plain', json: marker },
    },
  };
}

/** `_id` of the document of an event: the same however often it is sent. */
export function mirrorId(
  deskId: string,
  { entity, entityId, event }: Pick<MirrorEvent, 'entity' | 'entityId' | 'event'>,
): string {
  return `oracore:${deskId}:${entity}:${entityId}${event === 'void' ? ':void' : ''}`;
}

function collectionOf({ entity, payload }: MirrorEvent): string {
  if (entity !== 'signal') return 'trade_logs';
  return payload.sourceSystem === 'ml_scanner' ? 'prediction_data' : 'scanner_hits';
}

function toValue(key: string, value: unknown): MirrorValue {
  if (key === 'at' && typeof value === 'number') return { kind: 'date', ms: value };
  if (NUMBERS.includes(key) && typeof value === 'string') return { kind: 'number', text: value };
  return { kind: 'plain', json: (value ?? null) as Json };
}

/** Which event a mirrored document tells of; null for a document of somebody else, or of another desk. */
export function readMarker(
  { json }: Pick<LegacyDocument, 'json'>,
  deskId: string,
): Pick<MirrorEvent, 'entity' | 'entityId' | 'event'> | null {
  const marker = (json.oracore ?? {}) as JsonObject;
  const entity = MIRROR_ENTITIES.find((each) => each === marker.entity);
  const { desk, id, event } = marker;
  if (entity === undefined || desk !== deskId || typeof id !== 'number') return null;
  return { entity, entityId: id, event: event === 'void' ? 'void' : 'insert' };
}

/** What a mirrored document says. */
export function factsOfMirrored({ fields }: LegacyDocument, entity: MirrorEntity): LegacyFacts {
  const payload = new Map<string, string | number | null>();
  for (const key of FACT_KEYS) {
    const value = fields.get(OLD_NAMES[key] ?? key);
    if (value !== undefined) payload.set(key, factOf(key, value));
  }
  return factsOf(entity, Object.fromEntries(payload));
}

/** What one of our rows says, from what the view `mirror_events` makes of it now. */
export function factsOfEvent({ entity, payload }: MirrorEvent): LegacyFacts {
  return factsOf(entity, payload);
}

const FACT_KEYS = [
  ...['ticker', 'timeframe', 'at', 'side', 'detector', 'version', ...NUMBERS],
  ...['tag', 'trader', 'action', 'by'],
];

function factOf(key: string, value: LegacyValue): string | number | null {
  if (value.type === 'date') return value.ms;
  if (value.type === 'null') return null;
  if (!('text' in value)) return `of type ${value.type}`;
  if (!NUMBERS.includes(key)) return value.text;
  return value.type === 'string' ? `"${value.text}"` : plainText(readDecimal(key, value));
}

function factsOf(entity: MirrorEntity, payload: Readonly<Record<string, unknown>>): LegacyFacts {
  const text = (key: string) => (payload[key] ?? null) as string | null;
  const base = { ticker: String(payload.ticker), at: Number(payload.at) };
  if (entity === 'decision') {
    const decision: DecisionFacts = { ...base, action: String(payload.action), by: text('by') };
    return { ...NO_FACTS, decision };
  }
  if (entity === 'execution') {
    const fill: FillFacts = {
      ...base,
      side: String(payload.side),
      qty: String(payload.qty),
      price: String(payload.price),
      fee: text('fee'),
      tag: text('tag'),
      stop: text('stop'),
      trader: text('trader'),
    };
    return { ...NO_FACTS, fills: [fill] };
  }
  const signal: SignalFacts = {
    ...base,
    timeframe: String(payload.timeframe),
    side: text('side'),
    detector: String(payload.detector),
    version: String(payload.version),
    price: text('price'),
    score: text('score'),
    bid: text('bid'),
    ask: text('ask'),
    relVolume: text('relVolume'),
  };
  return { ...NO_FACTS, signal };
}
