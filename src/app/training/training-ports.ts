import type { TrainingColumn } from '../../domain/training/columns.ts';
import type { TrainingManifest } from '../../domain/training/manifest.ts';
import type { MatchedMoment } from '../../domain/training/matching.ts';
import type { TrainingFilter, TrainingRow, TrainingSample } from '../../domain/training/sample.ts';

/** Why signals or baselines are not in a training set, with how many. */
export interface DroppedCounts {
  readonly signals: Readonly<Record<DropReason, number>>;
  /** Sides of baselines. */
  readonly baselines: Readonly<Record<DropReason, number>>;
}
/**
 * `pending`: the horizon is not complete. `data_missing`, `invalid_entry`: as the outcome says.
 * `other_features`: no vector, or one of another feature version.
 */
export type DropReason = 'pending' | 'data_missing' | 'invalid_entry' | 'other_features';

/** A version of a detector as the catalog has it. */
export interface CatalogDetector {
  readonly id: string;
  readonly version: string;
  readonly kind: string;
  readonly params: unknown;
  readonly codeHash: string | null;
}

/** What the weights of all rows depend on. */
export interface SampleMoment extends MatchedMoment {
  readonly kind: 'signal' | 'baseline' | 'near_signal';
  readonly t0: number;
  readonly t1: number;
}

/** The labelled history as it is at one moment, whatever is written meanwhile. */
export interface TrainingSnapshot {
  dropped(): Promise<DroppedCounts>;
  detectors(): Promise<CatalogDetector[]>;
  /** Every row as briefly as its weights need, in any order; in batches. */
  moments(): AsyncIterable<readonly SampleMoment[]>;
  /** Every row, oldest `t0` first, then in the order of what the row is; in batches. */
  samples(): AsyncIterable<readonly TrainingSample[]>;
}

export interface TrainingStore {
  /** Runs work over a snapshot, in one read-only transaction. */
  read<T>(
    filter: TrainingFilter & { readonly featureVersion: number },
    work: (snapshot: TrainingSnapshot) => Promise<T>,
  ): Promise<T>;
}

export type TrainingFormat = 'parquet' | 'csv';

/** A file that a training set was written to. */
export interface TrainingFile {
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** Takes a training set row by row. */
export interface TrainingWriter {
  write(rows: readonly TrainingRow[]): Promise<void>;
  /** Ends the files; the manifest made of them is written last. */
  finish(manifest: (files: readonly TrainingFile[]) => TrainingManifest): Promise<TrainingManifest>;
  /** Leaves nothing behind. */
  abort(): Promise<void>;
}

/** A place that training sets are written to: a folder. */
export interface TrainingFolder {
  /** @throws OraError `bad_input` when the folder cannot be written to. */
  open(format: TrainingFormat, columns: readonly TrainingColumn[]): Promise<TrainingWriter>;
}

/** Keeps training sets, each in a folder of its own. */
export interface TrainingShelf {
  folder(name: string): TrainingFolder;
  /** Where that is, for people. */
  place(name: string): string;
  /** A file of a set; null when it is longer. */
  read(name: string, file: string, maxBytes: number): Promise<Uint8Array | null>;
}
