import type { GivenDetector, GivenSignal } from '../../domain/given-signal.ts';
import type { NewCard } from '../../domain/plan-cards.ts';
import type { NewSignal, Origin } from '../../domain/signal.ts';
import type { SignalTimeframe } from '../../domain/timeframe.ts';

/** A line of signals from another program: what it says, or why it cannot be read. */
export type ParsedLine = {
  /** From 1. */
  readonly line: number;
  /** As it came. */
  readonly text: string;
} & ({ readonly signal: GivenSignal } | { readonly reason: string });

/** Signals of one series from another program, written as a scan writes: signals, alerts and cards together. */
export interface GivenRecord {
  readonly ticker: string;
  readonly timeframe: SignalTimeframe;
  /** Where its cards go; null when nobody watches the series. */
  readonly channelId: string | null;
  readonly signals: readonly NewSignal[];
  readonly cards: readonly NewCard[];
  readonly origin: Origin;
  readonly runId: string;
}

/** A version of a detector of another program. */
export type ForeignDetector = GivenDetector;

/** Why a detector of another program cannot be registered. */
export type DetectorRefusal = 'ours' | 'other_kind';
