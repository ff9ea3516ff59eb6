import { DEFAULT_LABEL_VERSION, labelVersion } from '../domain/labels/versions.ts';
import { type DetectorStat, detectorResult } from '../domain/stats.ts';
import type { Timeframe } from '../domain/timeframe.ts';
import { findDetectors } from './known-detectors.ts';
import type { Services } from './services.ts';

export interface DetectorStatsInput {
  readonly horizonBars: number;
  readonly timeframe?: Timeframe;
  readonly detectorId?: string;
  /** Defaults to version 1. */
  readonly labelVersion?: number;
}

/**
 * How each detector's signals did, counted in signals: those the scanner recorded as it ran and those it
 * found by replaying stored candles, since both come from the same code. Suppressed and ignored ones count.
 * Each is held against random moments of the same timeframe, by the same label version and horizon.
 * Ordered by detector, version, timeframe and side.
 *
 * @throws OraError `not_found` for an unknown label version or detector.
 */
export async function readDetectorStats(
  { stores, settings }: Pick<Services, 'stores' | 'settings'>,
  input: DetectorStatsInput,
): Promise<DetectorStat[]> {
  const { version } = labelVersion(input.labelVersion ?? DEFAULT_LABEL_VERSION);
  if (input.detectorId !== undefined) await findDetectors({ stores }, [input.detectorId]);
  const filter = {
    labelVersion: version,
    horizonBars: input.horizonBars,
    origins: [settings.origin, 'replay'] as const,
  };
  const [rows, cells] = await Promise.all([
    stores.stats.detectors(filter),
    stores.baselines.rateCells(filter),
  ]);
  return rows
    .filter((row) => input.timeframe === undefined || row.timeframe === input.timeframe)
    .filter((row) => input.detectorId === undefined || row.detectorId === input.detectorId)
    .map((row) => {
      const { detectorId, detectorVersion, timeframe, side, horizonBars, n } = row;
      const alike = cells.filter((cell) => cell.timeframe === timeframe && cell.side === side);
      const signals = alike.filter(
        (cell) => cell.detectorId === detectorId && cell.detectorVersion === detectorVersion,
      );
      const comparison = {
        signals: signals.filter((cell) => cell.n > 0),
        baselines: alike.filter((cell) => cell.detectorId === null && cell.n > 0),
        seed: [detectorId, detectorVersion, timeframe, side, horizonBars, version].join(' '),
      };
      const gappedAway = signals.reduce((sum, cell) => sum + cell.gappedAway, 0);
      const result = detectorResult(row, side, comparison);
      return { detectorId, detectorVersion, timeframe, side, horizonBars, n, gappedAway, result };
    });
}
