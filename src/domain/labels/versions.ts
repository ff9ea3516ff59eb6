import { OraError } from '../errors.ts';

/** Distances from the price of the signal in per mille, in the trade's favour for targets and against it for the stop. */
export interface PercentParams {
  readonly tp1PerMille: number;
  readonly tp2PerMille: number;
  readonly tp3PerMille: number;
  readonly stopPerMille: number;
}

/** Distances from the price of the signal in ATR14: those of `levelsFor`, to three decimals. */
export interface AtrParams {
  readonly tp1Atr: number;
  readonly tp2Atr: number;
  readonly tp3Atr: number;
  readonly stopAtr: number;
}

interface Definition {
  readonly version: number;
  readonly description: string;
}

/** Enters at the close of the triggering candle and knows no fills: a level is touched or not. */
interface CloseVersion extends Definition {
  readonly entry: 'signal_close';
  readonly params: PercentParams;
}

/** Enters at the next candle's open and leaves where a trade would: gaps, ties and the session's close count. */
interface OpenVersion extends Definition {
  readonly entry: 'next_open';
  readonly params: AtrParams;
}

/** A definition of what an outcome means. Never edited once used: another definition is another version. */
export type LabelVersion = CloseVersion | OpenVersion;

/** All definitions, kept side by side in `outcomes.label_version` and listed in `label_versions`. */
export const LABEL_VERSIONS: readonly LabelVersion[] = [
  {
    version: 1,
    entry: 'signal_close',
    params: { tp1PerMille: 15, tp2PerMille: 30, tp3PerMille: 50, stopPerMille: 10 },
    description:
      'Entry at the close of the triggering candle; the window is the N regular candles after it. ' +
      'Targets +1.5, +3 and +5 %, stop -1 %, mirrored for shorts; equality is a touch; the stop wins a tie.',
  },
  {
    version: 2,
    entry: 'next_open',
    params: { tp1Atr: 1.5, tp2Atr: 3, tp3Atr: 5, stopAtr: 1 },
    description:
      'Entry at the open of the next regular candle, invalid when that is at or beyond the stop or TP1. ' +
      'Targets 1.5, 3 and 5 ATR14 and stop 1 ATR14 from the price of the signal, mirrored for shorts; equality is a touch. ' +
      'A level passed by a gap is filled at the open. A tie is settled by the finest covered smaller candles; ' +
      'else the stop wins, ambiguous, with both returns kept.',
  },
];

/** Used wherever nobody asks for another, and by the view `training_rows`. */
export const DEFAULT_LABEL_VERSION = 1;

/** @throws OraError `not_found` when there is no such version. */
export function labelVersion(version: number): LabelVersion {
  const found = LABEL_VERSIONS.find((known) => known.version === version);
  if (found === undefined) {
    const known = LABEL_VERSIONS.map((each) => each.version).join(', ');
    throw new OraError('not_found', `There is no label version ${version}. Use one of: ${known}.`);
  }
  return found;
}
