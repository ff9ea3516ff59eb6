import type { Matching } from './matching.ts';
import type { TrainingRow, TrainingSample } from './sample.ts';
import type { TradingClock } from './trading-clock.ts';
import { createUniquenessSweep, type UniquenessSweep } from './uniqueness.ts';

/** Gives samples their weights. Rows come out in the order samples went in, once nothing later can change them. */
export interface SampleWeigher {
  /** Takes samples in the order of `t0`. @returns the rows that are done. */
  feed(samples: readonly TrainingSample[]): TrainingRow[];
  /** The rest. */
  end(): TrainingRow[];
}

/** @param matching has counted every sample already. */
export function createSampleWeigher(clock: TradingClock, matching: Matching): SampleWeigher {
  const sweeps = new Map<string, UniquenessSweep>();
  /** Samples whose life may yet be shared, from `first` on: a queue that is cut now and then. */
  let waiting: { readonly sample: TrainingSample; readonly uniqueness: () => number }[] = [];
  let first = 0;

  const begin = (sample: TrainingSample): void => {
    const sweep = sweeps.get(sample.ticker) ?? createUniquenessSweep(clock);
    sweeps.set(sample.ticker, sweep);
    waiting.push({ sample, uniqueness: sweep.begin(sample) });
  };
  const release = (until: number): TrainingRow[] => {
    const rows: TrainingRow[] = [];
    for (let next = waiting[first]; next !== undefined && next.sample.t1 <= until; next = waiting[first]) {
      rows.push(toRow(next.sample, next.uniqueness(), matching));
      first += 1;
    }
    waiting = waiting.slice(first);
    first = 0;
    return rows;
  };

  return {
    feed(samples) {
      for (const sample of samples) begin(sample);
      return release(samples.at(-1)?.t0 ?? Number.NEGATIVE_INFINITY);
    },
    end: () => release(Number.POSITIVE_INFINITY),
  };
}

function toRow(sample: TrainingSample, uniqueness: number, matching: Matching): TrainingRow {
  return { ...sample, uniqueness, matchWeight: matchWeightOf(sample, matching) };
}

/** A baseline near a signal is no random moment, and is compared with nothing. */
function matchWeightOf(sample: TrainingSample, matching: Matching): number {
  if (sample.source.kind === 'signal') return 1;
  return sample.source.nearSignal ? 0 : matching.weightOf(sample);
}
