import type { DigestFigures, MorningDigest } from '../../domain/digest.ts';
import type { Origin } from '../../domain/signal.ts';

/* What digests need from the database: part of `ports.ts`, and said in the same units. */

export interface DigestStore {
  /** Whether a digest was written, sent or not. */
  isWritten(key: string): Promise<boolean>;
  /** Of signals that fired after `from` and up to `to`. */
  figures(span: {
    readonly from: number;
    readonly to: number;
    readonly origin: Origin;
  }): Promise<DigestFigures>;
  /** All that is open, by trader and ticker. Call `journal.refresh` before. */
  openPositions(): Promise<MorningDigest['positions']>;
}
