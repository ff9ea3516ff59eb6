import { type JsonObject, type LegacyDocument, without } from './document.ts';
import { eventAt, type LegacyFacts, NO_FACTS } from './facts.ts';
import { readFields } from './field-reader.ts';
import { mapSignal } from './map-signal.ts';
import { mapTrade } from './map-trade.ts';
import type { LegacyMapping } from './mapping.ts';
import { Rejected, type Rejection } from './reasons.ts';

/** A document that the mapping takes. */
export interface MappedDocument {
  readonly facts: LegacyFacts;
  /** Epoch ms. */
  readonly at: number;
  /** Two documents with the same identity are the same event. */
  readonly identity: string;
  /** `_id`, collection, and every field that no column took. */
  readonly legacy: JsonObject;
}

export type Mapped =
  | ({ readonly ok: true } & MappedDocument)
  | { readonly ok: false; readonly rejection: Rejection };

/** Reads documents of the old MongoDB by a mapping; nothing that the mapping does not state is assumed. */
export function mapDocument(document: LegacyDocument, mapping: LegacyMapping, now: number): Mapped {
  try {
    return { ok: true, ...read(document, mapping, now) };
  } catch (error) {
    if (error instanceof Rejected) return { ok: false, rejection: error.rejection };
    throw error;
  }
}

function read(document: LegacyDocument, mapping: LegacyMapping, now: number): MappedDocument {
  const { collection } = document;
  const rules = mapping.collections[collection];
  if (rules === undefined) throw new Rejected('unmapped_collection', `nothing is said about ${collection}`);
  const reader = readFields(document, blankOf(mapping));
  const context = { reader, times: { ...mapping.times, now }, detectorPrefix: mapping.detectorPrefix };
  const facts: LegacyFacts = {
    ...NO_FACTS,
    ...(rules.to === 'trades' ? { fills: mapTrade(rules, context) } : mapSignal(rules, context)),
  };
  const isOnce = rules.to !== 'trades' || rules.duplicates === 'reject';
  return {
    facts,
    at: eventAt(facts),
    identity: isOnce ? identityOf(facts) : `${identityOf(facts)} ${document.id}`,
    legacy: {
      ...without(document.json, new Set([...reader.taken, '_id'])),
      _id: document.json._id ?? null,
      collection,
    },
  };
}

const blanks = new WeakMap<LegacyMapping, ReadonlySet<string>>();

function blankOf(mapping: LegacyMapping): ReadonlySet<string> {
  const known = blanks.get(mapping) ?? new Set(mapping.blank);
  blanks.set(mapping, known);
  return known;
}

/** A signal is one per series, moment, detector and version; a trade is all that its fills say. */
function identityOf({ signal, candle, fills }: LegacyFacts): string {
  if (signal !== null) {
    const { ticker, timeframe, at, detector, version } = signal;
    return ['signal', ticker, timeframe, at, detector, version].join(' ');
  }
  if (candle !== null) return ['candle', candle.ticker, candle.timeframe, candle.at].join(' ');
  return [
    'trade',
    ...fills.flatMap(({ ticker, at, side, qty, price, trader }) => [ticker, at, side, qty, price, trader]),
  ].join(' ');
}
