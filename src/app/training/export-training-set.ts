import { OraError } from '../../domain/errors.ts';
import { FEATURE_VERSION } from '../../domain/features/vector.ts';
import { horizonsOf } from '../../domain/labels/horizons.ts';
import { DEFAULT_LABEL_VERSION, type LabelVersion, labelVersion } from '../../domain/labels/versions.ts';
import { isTimeframe, SIGNAL_TIMEFRAMES, TIMEFRAMES, type Timeframe } from '../../domain/timeframe.ts';
import { TRAINING_COLUMNS } from '../../domain/training/columns.ts';
import {
  describeTrainingSet,
  type TrainingTally,
  tallyRows,
} from '../../domain/training/describe-training-set.ts';
import type { TrainingManifest } from '../../domain/training/manifest.ts';
import { createMatching, type Matching } from '../../domain/training/matching.ts';
import type { TrainingFilter } from '../../domain/training/sample.ts';
import { createTradingClock } from '../../domain/training/trading-clock.ts';
import { createSampleWeigher } from '../../domain/training/weigh-samples.ts';
import type { Services } from '../services.ts';
import type { TrainingFolder, TrainingFormat, TrainingSnapshot, TrainingWriter } from './training-ports.ts';

const DEFAULT_HORIZON_BARS = 20;

export interface ExportTrainingSetInput {
  readonly folder: TrainingFolder;
  readonly format: TrainingFormat;
  /** Defaults to the default version. */
  readonly labelVersion?: number;
  /** Candles, 0 for the session's close; 20 unless said otherwise. */
  readonly horizonBars?: number;
  /** Timeframe of the horizon's candles; each row's own unless said otherwise. */
  readonly horizonTimeframe?: string;
  readonly timeframe?: string;
  /** Rows whose features were known from here on, epoch ms … */
  readonly from?: number;
  /** … to here, inclusive. */
  readonly to?: number;
  /** Signals alone. */
  readonly withoutBaselines?: boolean;
  /** Who asks, for the audit log. */
  readonly actor: string;
  readonly now: number;
}

export interface ExportProgress {
  readonly rows: number;
  readonly total: number;
}

type Deps = Pick<Services, 'stores' | 'log' | 'settings'>;

/**
 * Writes the labelled history as a training set: every signal and baseline whose horizon is complete, one
 * row each, with weights, and a manifest that says what is there and what is not. Rows stream; the same
 * history gives the same bytes.
 *
 * @throws OraError `bad_input` for unknown words, `not_found` for an unknown label version, `data_missing`
 * when not one row is there.
 */
export async function exportTrainingSet(
  { stores, log, settings }: Deps,
  input: ExportTrainingSetInput,
  onProgress: (progress: ExportProgress) => void = () => {},
): Promise<TrainingManifest> {
  const filter = readFilter(input);
  return stores.training.read({ ...filter, featureVersion: FEATURE_VERSION }, async (snapshot) => {
    const survey = await surveyMoments(snapshot);
    if (survey.total === 0) throw nothingThere(await snapshot.dropped());
    const writer = await input.folder.open(input.format, TRAINING_COLUMNS);
    try {
      const tally = await writeRows(snapshot, writer, survey, onProgress);
      const [dropped, catalog] = [await snapshot.dropped(), await snapshot.detectors()];
      const manifest = await writer.finish((files) =>
        describeTrainingSet({
          format: input.format,
          files,
          tally,
          dropped,
          catalog,
          filter,
          code: settings.codeVersion,
          labels: labelVersion(filter.labelVersion),
        }),
      );
      const [file] = manifest.files;
      await stores.audit.write({
        at: input.now,
        actor: input.actor,
        action: 'training.export',
        target: file?.sha256 ?? '',
        details: { filter: manifest.filter, rows: manifest.rows.total },
      });
      log.info({ ...manifest.rows, dropped: manifest.dropped.share }, 'training set exported');
      return manifest;
    } catch (error) {
      await writer.abort();
      throw error;
    }
  });
}

/** What has to be known of all rows before the first can be weighed. */
interface Survey {
  readonly total: number;
  readonly from: number;
  readonly to: number;
  readonly matching: Matching;
}

async function surveyMoments(snapshot: TrainingSnapshot): Promise<Survey> {
  const matching = createMatching();
  let total = 0;
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for await (const moments of snapshot.moments()) {
    for (const moment of moments) {
      if (moment.kind !== 'near_signal') matching.count(moment.kind, moment);
      from = Math.min(from, moment.t0);
      to = Math.max(to, moment.t1);
    }
    total += moments.length;
  }
  return { total, from, to, matching };
}

async function writeRows(
  snapshot: TrainingSnapshot,
  writer: TrainingWriter,
  { total, from, to, matching }: Survey,
  onProgress: (progress: ExportProgress) => void,
): Promise<TrainingTally> {
  const weigher = createSampleWeigher(createTradingClock(from, to), matching);
  const tally = tallyRows();
  const put = async (rows: ReturnType<typeof weigher.end>) => {
    tally.add(rows);
    await writer.write(rows);
    onProgress({ rows: tally.total(), total });
  };
  for await (const samples of snapshot.samples()) await put(weigher.feed(samples));
  await put(weigher.end());
  return tally;
}

function readFilter(input: ExportTrainingSetInput): TrainingFilter {
  const { horizonBars = DEFAULT_HORIZON_BARS, from = null, to = null } = input;
  if (from !== null && to !== null && from > to) {
    throw new OraError('bad_input', 'The period would end before it begins: swap its ends.');
  }
  const version = labelVersion(input.labelVersion ?? DEFAULT_LABEL_VERSION);
  const horizonTimeframe = readTimeframe(input.horizonTimeframe);
  const wanted = readTimeframe(input.timeframe);
  return {
    labelVersion: version.version,
    horizonBars,
    horizonTimeframe,
    timeframes: timeframesWith(version, { bars: horizonBars, timeframe: horizonTimeframe, wanted }),
    from,
    to,
    baselines: input.withoutBaselines === true ? 'without' : 'with',
  };
}

interface WantedHorizon {
  readonly bars: number;
  readonly timeframe: Timeframe | null;
  /** Of the rows; null: all. */
  readonly wanted: Timeframe | null;
}

/** Timeframes whose rows have such a label at all: what has none is not missing. */
function timeframesWith(version: LabelVersion, { bars, timeframe, wanted }: WantedHorizon): Timeframe[] {
  const candidates: readonly Timeframe[] = wanted === null ? SIGNAL_TIMEFRAMES : [wanted];
  const found = candidates.filter((own) =>
    horizonsOf(version, own).some((one) => one.bars === bars && one.timeframe === (timeframe ?? own)),
  );
  if (found.length > 0) return found;
  const known = new Set(candidates.flatMap((own) => horizonsOf(version, own)).map((one) => one.bars));
  throw new OraError(
    'bad_input',
    `Label version ${version.version} does not look ${bars} ${timeframe ?? ''} candles ahead. Use one of ${[...known].join(', ')}.`,
  );
}

function readTimeframe(text: string | undefined): Timeframe | null {
  if (text === undefined) return null;
  if (isTimeframe(text)) return text;
  throw new OraError('bad_input', `"${text}" is not a timeframe. Use one of ${TIMEFRAMES.join(', ')}.`);
}

function nothingThere({ signals }: Awaited<ReturnType<TrainingSnapshot['dropped']>>): OraError {
  const why = Object.entries(signals).flatMap(([reason, n]) =>
    n > 0 ? [`${n} ${reason.replace('_', ' ')}`] : [],
  );
  const found =
    why.length === 0 ? 'There is no signal in that period' : `No signal has this label: ${why.join(', ')}`;
  return new OraError('data_missing', `${found}. Replay some history and label it first.`);
}
