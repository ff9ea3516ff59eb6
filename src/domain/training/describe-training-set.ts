import { FEATURE_VERSION } from '../features/vector.ts';
import type { LabelVersion } from '../labels/versions.ts';
import { TRAINING_COLUMNS } from './columns.ts';
import type { TrainingManifest } from './manifest.ts';
import type { TrainingFilter, TrainingRow } from './sample.ts';

/** Counts the rows of a training set as they pass. */
export interface TrainingTally {
  add(rows: readonly TrainingRow[]): void;
  total(): number;
  /** What the manifest says of them. */
  summary(): Pick<TrainingManifest, 'rows' | 'span'> & { readonly byDetector: ReadonlyMap<string, number> };
}

/** An empty tally. */
export function tallyRows(): TrainingTally {
  const byTicker = new Map<string, number>();
  const byDetector = new Map<string, number>();
  const rows = { total: 0, signals: 0, baselines: 0, positive: 0 };
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  const increase = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  const addRow = ({ ticker, t0, t1, label, source }: TrainingRow): void => {
    rows.total += 1;
    if (label.firstBarrier === 'tp1') rows.positive += 1;
    increase(byTicker, ticker);
    from = Math.min(from, t0);
    to = Math.max(to, t1);
    if (source.kind === 'baseline') rows.baselines += 1;
    else {
      rows.signals += 1;
      increase(byDetector, detectorKey({ id: source.detectorId, version: source.detectorVersion }));
    }
  };
  return {
    add: (more) => more.forEach(addRow),
    total: () => rows.total,
    summary: () => ({
      rows: { ...rows, byTicker: Object.fromEntries([...byTicker].sort(([a], [b]) => (a < b ? -1 : 1))) },
      span: rows.total === 0 ? null : { from: toIso(from), to: toIso(to) },
      byDetector,
    }),
  };
}

type Detector = TrainingManifest['versions']['detectors'][number];

export interface TrainingSetFacts extends Pick<TrainingManifest, 'format' | 'files'> {
  readonly tally: TrainingTally;
  readonly dropped: Omit<TrainingManifest['dropped'], 'share'>;
  /** All versions of detectors there are, by id and version. */
  readonly catalog: readonly Omit<Detector, 'rows'>[];
  readonly filter: TrainingFilter;
  /** Git revision or package version. */
  readonly code: string;
  readonly labels: LabelVersion;
}

/** Writes the manifest of a training set. */
export function describeTrainingSet(facts: TrainingSetFacts): TrainingManifest {
  const { format, files, dropped, filter, catalog } = facts;
  const { rows, span, byDetector } = facts.tally.summary();
  const lost = [...Object.values(dropped.signals), ...Object.values(dropped.baselines)];
  const lostRows = lost.reduce((sum, n) => sum + n, 0);
  return {
    manifest: 1,
    format,
    files,
    rows,
    dropped: { share: rows.total + lostRows === 0 ? 0 : lostRows / (rows.total + lostRows), ...dropped },
    span,
    filter: { ...filter, from: toIsoOrNull(filter.from), to: toIsoOrNull(filter.to) },
    columns: TRAINING_COLUMNS.map(({ name, type, role, description }) => ({ name, type, role, description })),
    versions: {
      code: facts.code,
      features: FEATURE_VERSION,
      labels: facts.labels,
      detectors: catalog.flatMap((detector) => {
        const made = byDetector.get(detectorKey(detector));
        return made === undefined ? [] : [{ ...detector, rows: made }];
      }),
    },
  };
}

function detectorKey({ id, version }: { readonly id: string; readonly version: string }): string {
  return `${id} ${version}`;
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}

function toIsoOrNull(ms: number | null): string | null {
  return ms === null ? null : toIso(ms);
}
