import { DEFAULT_LABEL_VERSION, labelVersion } from '../../domain/labels/versions.ts';
import { type DetectorStat, detectorResult } from '../../domain/stats.ts';
import type { Timeframe } from '../../domain/timeframe.ts';
import { findDetectors } from '../scan/known-detectors.ts';
import type { Services } from '../services.ts';

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
  await stores.rollups.refresh();
  const filter = { ...input, labelVersion: version, origins: [settings.origin, 'replay'] as const };
  const [detectors, baselines] = await Promise.all([
    stores.rollups.detectorSums(filter),
    stores.rollups.baselineSums(filter),
  ]);
  return detectors.map(({ cells, ...sums }) => {
    const { detectorId, detectorVersion, timeframe, side, n, gappedAway } = sums;
    const alike = baselines.find((each) => each.timeframe === timeframe && each.side === side);
    const result = detectorResult(sums, side, {
      signals: cells,
      baselines: alike?.cells ?? new Int32Array(),
    });
    return {
      detectorId,
      detectorVersion,
      timeframe,
      side,
      horizonBars: input.horizonBars,
      n,
      gappedAway,
      result,
    };
  });
}
