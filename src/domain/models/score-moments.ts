import type { Found, Moment } from '../series-scanner.ts';
import type { Detection, Side } from '../signal.ts';
import type { Model, ModelInput } from './model.ts';

/** Questions to a model: one row for each moment and side it can be asked about. */
export interface ScoreRequest {
  /** One column per input, in the model's order; each as long as `rows`. */
  readonly columns: readonly Float32Array<ArrayBuffer>[];
  readonly rows: readonly { readonly moment: Moment; readonly side: Side }[];
}

/** Numbers in, scores out: what remains of a model once it is loaded. */
export type Score = (columns: ScoreRequest['columns'], rows: number) => Promise<Float32Array>;

/**
 * What a model sees at each of some moments: the side with the higher score, when that reaches the
 * threshold. At most one detection for each moment, as for every detector.
 *
 * @throws Error when the model gives no number for a row.
 */
export async function scoreMoments(
  model: Pick<Model, 'name' | 'version' | 'threshold' | 'card'>,
  moments: readonly Moment[],
  score: Score,
): Promise<Map<Moment, Found>> {
  const { columns, rows } = askAbout(model.card, moments);
  if (rows.length === 0) return new Map();
  const scores = await score(columns, rows.length);
  const detector = { id: model.name, version: model.version, kind: 'ml' as const };
  const found = new Map<Moment, Found>();
  for (const [index, { moment, side }] of rows.entries()) {
    const value = scores[index];
    if (value === undefined || !Number.isFinite(value)) {
      throw new Error(`the model gives ${value} where a score from 0 to 1 is wanted`);
    }
    if (value < model.threshold || value <= (found.get(moment)?.detection.score ?? 0)) continue;
    found.set(moment, { detector, detection: toDetection(side, value) });
  }
  return found;
}

/** A float32 has some seven digits: what lies behind them is noise, and 1.0000001 is not above 1. */
function toDetection(side: Side, score: number): Detection {
  return { side, score: Math.min(1, Math.round(score * 1e6) / 1e6) };
}

/** Leaves out moments it was trained on, and those that lack a feature nobody imputes. */
function askAbout(card: Model['card'], moments: readonly Moment[]): ScoreRequest {
  const rows = moments
    .filter(({ firedAt }) => firedAt > card.trainedThrough)
    .flatMap((moment) => card.sides.map((side) => ({ moment, side })))
    .filter(({ moment, side }) => card.inputs.every((input) => inputValue(input, moment, side) !== null));
  const columns = card.inputs.map((input) =>
    Float32Array.from(rows, ({ moment, side }) => inputValue(input, moment, side) ?? 0),
  );
  return { columns, rows };
}

function inputValue({ name, impute }: ModelInput, { features }: Moment, side: Side): number | null {
  if (name === 'side') return side === 'long' ? 1 : -1;
  return features[name] ?? impute;
}
