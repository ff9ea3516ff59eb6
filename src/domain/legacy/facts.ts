import type { Timeframe } from '../timeframe.ts';

/*
 * What an event is, as both databases can say it. Numbers are canonical text (`plainText`), times epoch
 * ms, absence null: two sides agree when their values are equal.
 */

export interface SignalFacts {
  readonly ticker: string;
  readonly timeframe: string;
  readonly at: number;
  readonly side: string | null;
  readonly detector: string;
  readonly version: string;
  readonly price: string | null;
  readonly score: string | null;
  readonly bid: string | null;
  readonly ask: string | null;
  readonly relVolume: string | null;
}

export interface CandleFacts {
  readonly ticker: string;
  readonly timeframe: Timeframe;
  /** Its open. */
  readonly at: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
}

/** One fill of a trade. */
export interface FillFacts {
  readonly ticker: string;
  readonly at: number;
  readonly side: string;
  readonly qty: string;
  readonly price: string;
  readonly fee: string | null;
  readonly tag: string | null;
  readonly stop: string | null;
  readonly trader: string | null;
}

/** What somebody did about a signal; mirrored only, the old collections had none. */
export interface DecisionFacts {
  readonly ticker: string;
  readonly at: number;
  readonly action: string;
  readonly by: string | null;
}

/** All that one document says. */
export interface LegacyFacts {
  readonly signal: SignalFacts | null;
  readonly candle: CandleFacts | null;
  /** Entry first. */
  readonly fills: readonly FillFacts[];
  readonly decision: DecisionFacts | null;
}

export const NO_FACTS: LegacyFacts = { signal: null, candle: null, fills: [], decision: null };

/** When a document's event happened: the first of its fills, else its signal, else its candle. */
export function eventAt({ signal, candle, fills, decision }: LegacyFacts): number {
  const at = fills[0]?.at ?? signal?.at ?? candle?.at ?? decision?.at;
  if (at === undefined) throw new Error('facts without an event');
  return at;
}

/** One field in which two sides differ. */
export interface FactDifference {
  /** `signal.price` */
  readonly field: string;
  readonly mongo: string;
  readonly postgres: string;
}

/**
 * Compares what a document says with what our rows say. A candle that our side lacks is no difference
 * when the better source it gave way to is there.
 */
export function compareFacts(mongo: LegacyFacts, postgres: LegacyFacts): FactDifference[] {
  const left = flatten(mongo);
  const right = flatten(postgres);
  const fields = [...new Set([...left.keys(), ...right.keys()])];
  return fields.flatMap((field) => {
    const [a, b] = [left.get(field) ?? 'absent', right.get(field) ?? 'absent'];
    return a === b ? [] : [{ field, mongo: a, postgres: b }];
  });
}

/** Values by `part.field`, as text; nulls are absent. */
function flatten({ signal, candle, fills, decision }: LegacyFacts): Map<string, string> {
  const parts: [string, object | null][] = [
    ['signal', signal],
    ['candle', candle],
    ...fills.map((fill, index): [string, object] => [`fill ${index + 1}`, fill]),
    ['decision', decision],
  ];
  const values = new Map<string, string>();
  for (const [part, facts] of parts) {
    for (const [field, value] of Object.entries(facts ?? {})) {
      if (value === null) continue;
      values.set(`${part}.${field}`, field === 'at' ? new Date(value).toISOString() : String(value));
    }
  }
  return values;
}
