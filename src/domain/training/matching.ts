import type { TrainingSample } from './sample.ts';

/** What a moment is compared by: like with like, so that a detector is not praised for its hour or its market. */
export type MatchedMoment = Pick<TrainingSample, 'timeframe' | 'side' | 'stratum'>;

/** Counts signals and baselines by timeframe, side and stratum, then weighs each baseline. */
export interface Matching {
  count(kind: 'signal' | 'baseline', moment: MatchedMoment): void;
  /**
   * So that baselines, weighted, lie in the strata as signals do, with a mean of 1 over those that have a
   * signal to match; 0 in a stratum without one.
   */
  weightOf(moment: MatchedMoment): number;
}

/** An empty one. Count everything before asking for weights. */
export function createMatching(): Matching {
  const strata = new Map<string, { signals: number; baselines: number }>();
  let totals: { readonly signals: number; readonly baselines: number } | null = null;
  const total = () => {
    const matched = [...strata.values()].filter(({ signals, baselines }) => signals > 0 && baselines > 0);
    return {
      signals: matched.reduce((sum, { signals }) => sum + signals, 0),
      baselines: matched.reduce((sum, { baselines }) => sum + baselines, 0),
    };
  };
  return {
    count(kind, moment) {
      const key = keyOf(moment);
      const stratum = strata.get(key) ?? { signals: 0, baselines: 0 };
      if (kind === 'signal') stratum.signals += 1;
      else stratum.baselines += 1;
      strata.set(key, stratum);
    },
    weightOf(moment) {
      totals ??= total();
      const { signals = 0, baselines = 0 } = strata.get(keyOf(moment)) ?? {};
      if (signals === 0 || baselines === 0) return 0;
      return (signals / totals.signals) * (totals.baselines / baselines);
    },
  };
}

function keyOf({ timeframe, side, stratum }: MatchedMoment): string {
  return `${timeframe} ${side} ${stratum}`;
}
