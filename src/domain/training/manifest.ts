import type { LabelVersion } from '../labels/versions.ts';
import type { ColumnRole, ColumnType } from './columns.ts';
import type { TrainingFilter } from './sample.ts';

/** Says what a training set is and how it came to be. Holds no clock time: the same data gives the same bytes. */
export interface TrainingManifest {
  readonly manifest: 1;
  readonly format: 'parquet' | 'csv';
  readonly files: readonly {
    readonly name: string;
    readonly rows: number;
    readonly bytes: number;
    readonly sha256: string;
  }[];
  readonly rows: {
    readonly total: number;
    readonly signals: number;
    readonly baselines: number;
    /** Rows whose label is 1. */
    readonly positive: number;
    readonly byTicker: Readonly<Record<string, number>>;
  };
  /** What had a place in the filter and is not here. */
  readonly dropped: {
    /** Of all that had a place, 0 to 1. */
    readonly share: number;
    readonly signals: Readonly<Record<string, number>>;
    readonly baselines: Readonly<Record<string, number>>;
  };
  /** First `t0` and last `t1`, ISO; null when there are no rows. */
  readonly span: { readonly from: string; readonly to: string } | null;
  readonly filter: Omit<TrainingFilter, 'from' | 'to'> & {
    readonly from: string | null;
    readonly to: string | null;
  };
  readonly columns: readonly {
    readonly name: string;
    readonly type: ColumnType;
    readonly role: ColumnRole;
    readonly description: string;
  }[];
  readonly versions: {
    readonly code: string;
    readonly features: number;
    readonly labels: LabelVersion;
    /** Those that made a row, by id and version. */
    readonly detectors: readonly {
      readonly id: string;
      readonly version: string;
      readonly kind: string;
      readonly params: unknown;
      readonly codeHash: string | null;
      readonly rows: number;
    }[];
  };
}
