import type { TrainingRow } from '../domain/training/sample.ts';

/** A file that takes rows until it is ended. */
export interface RowFile {
  write(rows: readonly TrainingRow[]): Promise<void>;
  end(): Promise<void>;
}
