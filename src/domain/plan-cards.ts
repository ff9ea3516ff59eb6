import type { Levels } from './card.ts';
import { type CardTimes, isTooOldToShow, timesOf } from './card-life.ts';
import { levelsFor } from './levels.ts';
import type { NewSignal, Side } from './signal.ts';
import type { WatchParams } from './watch.ts';

/** A card to be made for the signals of one candle and side. */
export interface NewCard extends CardTimes {
  readonly side: Side;
  /** Epoch ms. */
  readonly firedAt: number;
  /** What each of its alerts shows, frozen. */
  readonly levels: Levels;
  /** Why nobody is shown it; null when it is to be posted. */
  readonly suppressedReason: 'stale' | 'side' | 'detector' | 'min_score' | 'shadow' | 'not_watched' | null;
}

export interface CardRules {
  readonly params: WatchParams;
  readonly levelRule: 'atr' | 'percent';
  readonly now: number;
}

/**
 * One card for each candle and side among the signals of a series: several detectors share it, opposite
 * sides do not. A card that people are not shown is made all the same, with the reason.
 */
export function planCards(signals: readonly NewSignal[], rules: CardRules): NewCard[] {
  const groups = Map.groupBy(signals, ({ firedAt, side }) => `${firedAt} ${side}`);
  return [...groups.values()].flatMap((group) => {
    const headline = pickHeadline(group);
    if (headline === undefined) return [];
    const { firedAt, side, priceAtSignal, features } = headline;
    const levels = levelsFor(priceAtSignal, { side, atr14: features.atr14, rule: rules.levelRule });
    const times = timesOf(firedAt, headline.timeframe);
    return [{ side, firedAt, levels, ...times, suppressedReason: whySuppressed(group, rules) }];
  });
}

/** Highest score first; equal scores in the order of detector ids, so that every run agrees. */
export function pickHeadline<S extends Pick<NewSignal, 'score' | 'detectorId'>>(
  signals: readonly S[],
): S | undefined {
  return signals.toSorted((a, b) => b.score - a.score || (a.detectorId < b.detectorId ? -1 : 1))[0];
}

function whySuppressed(group: readonly NewSignal[], { params, now }: CardRules): NewCard['suppressedReason'] {
  const [first] = group;
  if (first === undefined || isTooOldToShow(first.firedAt, first.timeframe, now)) return 'stale';
  if (!params.sides.includes(first.side)) return 'side';
  const wanted = group.filter(
    ({ detectorId }) => params.detectors.length === 0 || params.detectors.includes(detectorId),
  );
  if (wanted.length === 0) return 'detector';
  return wanted.some(({ score }) => score >= params.minScore) ? null : 'min_score';
}
