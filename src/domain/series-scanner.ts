import { candleEnd, sessionKindAt } from './calendar.ts';
import type { Candle } from './candle.ts';
import * as allDetectors from './detectors/all.ts';
import type { Detector } from './detectors/detector.ts';
import type { GrowingContext } from './features/context.ts';
import type { FeatureVector } from './features/feature.ts';
import { createVectorStream, FEATURE_VERSION } from './features/vector.ts';
import type { Detection, FeatureInputs, InputRange, NewSignal } from './signal.ts';
import type { SignalTimeframe } from './timeframe.ts';

const detectors: readonly Detector[] = Object.values(allDetectors);

/** What was known at one candle's close. Every detector, rule or model, looks at this and nothing else. */
export interface Moment {
  readonly candle: Candle;
  /** The candle's close, epoch ms. */
  readonly firedAt: number;
  readonly features: FeatureVector;
  /** Candles of the scanned series itself that the features rest on. */
  readonly ownInputs: InputRange | null;
}

/** A detector as a signal names it. */
export type DetectorRef = Pick<Detector, 'id' | 'version' | 'kind'>;

/** What one detector saw at a moment. */
export interface Found {
  readonly detector: DetectorRef;
  readonly detection: Detection;
}

/** One series under the scanner. */
export interface SeriesScanner {
  /** Shows it the next closed candle, oldest first. @returns what the rules saw on it. */
  see(candle: Candle): { readonly moment: Moment; readonly found: readonly Found[] };
  /** The candles behind a moment's features, as `feature_inputs` names them. */
  inputsOf(moment: Moment): FeatureInputs;
  /** The signals of a moment, with everything frozen as it was. */
  freeze(moment: Moment, found: readonly Found[]): NewSignal[];
}

/**
 * The one scanner: live scan and replay run it. Every detector sees every candle; what people want to
 * see of it is decided later, so that selection never thins the history.
 */
export function createSeriesScanner(series: {
  readonly timeframe: SignalTimeframe;
  readonly context: GrowingContext;
}): SeriesScanner {
  const { timeframe, context } = series;
  const toVector = createVectorStream({ timeframe, context });
  const streams = detectors.map((detector) => ({ detector, look: detector.start() }));

  const inputsOf = ({ firedAt, ownInputs }: Moment) =>
    context.inputs(firedAt, { timeframe, range: ownInputs });

  return {
    inputsOf,
    see(candle) {
      const features = toVector(candle);
      const found = streams.flatMap(({ detector, look }) => {
        const detection = look({ candle, features });
        return detection === null ? [] : [{ detector, detection }];
      });
      const firedAt = candleEnd(candle.ts, timeframe);
      return { moment: { candle, firedAt, features, ownInputs: toVector.ownInputs() }, found };
    },

    freeze(moment, found) {
      if (found.length === 0) return [];
      const { candle, firedAt, features } = moment;
      const featureInputs = inputsOf(moment);
      return found.map(({ detector, detection }) => ({
        timeframe,
        firedAt,
        side: detection.side,
        detectorId: detector.id,
        detectorVersion: detector.version,
        sourceSystem: detector.kind === 'ml' ? 'ml_scanner' : 'basic_scanner',
        score: detection.score,
        priceAtSignal: candle.close,
        quote: null,
        session: sessionKindAt(candle.ts) ?? 'regular',
        features,
        featureVersion: FEATURE_VERSION,
        featureInputs,
        dataFreshnessMs: null,
      }));
    },
  };
}
