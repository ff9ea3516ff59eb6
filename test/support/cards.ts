import type { Card, CardDetails, Levels } from '../../src/domain/card.ts';
import { timesOf } from '../../src/domain/card-life.ts';
import type { Signal } from '../../src/domain/signal.ts';
import { aSignal, FIRED_AT } from './signals.ts';

/** Levels of a long at 100 with a risk of one dollar. */
export function someLevels(overrides: Partial<Levels> = {}): Levels {
  return { entry: 100, stop: 99, tp1: 101.5, tp2: 103, tp3: 105, rule: 'atr', risk: 1, ...overrides };
}

/** A card for NVDA 5m long that was not posted yet. */
export function aCard(overrides: Partial<Card> = {}): Card {
  return {
    id: 123,
    symbolId: 1,
    ticker: 'NVDA',
    timeframe: '5m',
    firedAt: FIRED_AT,
    side: 'long',
    channelId: '1',
    kind: 'signal',
    state: 'pending',
    attempts: 0,
    firstAttemptAt: null,
    sentAt: null,
    messageId: null,
    suppressedReason: null,
    heldReason: null,
    gapPrice: null,
    openedAt: null,
    mentioned: [],
    ...timesOf(FIRED_AT, '5m'),
    expiredAt: null,
    expiredBy: null,
    originalId: null,
    revision: 0,
    ...overrides,
  };
}

/** A signal of NVDA as it comes from the database. */
export function aStoredSignal(overrides: Partial<Signal> = {}): Signal {
  return { ...aSignal(), id: 1, ticker: 'NVDA', origin: 'live', ...overrides };
}

/** Everything a message about `aCard()` shows: one breakout, nobody decided. */
export function someDetails(overrides: Partial<CardDetails> = {}): CardDetails {
  return {
    card: aCard(),
    signals: [aStoredSignal()],
    levels: someLevels(),
    decisions: [],
    events: [],
    ...overrides,
  };
}
