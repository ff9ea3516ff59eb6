import { createHash } from 'node:crypto';
import { OraError } from '../../domain/errors.ts';
import type { Model } from '../../domain/models/model.ts';
import { isThreshold, readModelCard } from '../../domain/models/read-model-card.ts';
import type { Services } from '../services.ts';

const MAX_FILE_BYTES = 32 * 1024 * 1024;

export interface AddModelInput {
  /** An ONNX model. */
  readonly file: Uint8Array;
  /** Becomes the detector's id: `ml_breakout`. */
  readonly name: string;
  /** 0 to 1; without it the one that the file names. */
  readonly threshold?: number;
  /** On trial: its signals are recorded, and people are shown none. */
  readonly shadow: boolean;
  /** Not run from this moment on, epoch ms. */
  readonly expiresAt?: number;
  /** Who adds it, for the audit log. */
  readonly actor: string;
  readonly now: number;
}

/**
 * Checks a model against what the scanner can give it, lets it score once, and puts it into the catalog,
 * from where running scanners take it up at their next scan. The same model again changes nothing.
 *
 * @throws OraError `bad_input` with everything that is wrong with the file, the name or the threshold;
 * `conflict` when a rule has the name.
 */
export async function addModel(
  services: Pick<Services, 'stores' | 'models' | 'log'>,
  input: AddModelInput,
): Promise<{ readonly model: Model; readonly isNew: boolean }> {
  const { file, name, shadow, expiresAt = null, now } = input;
  checkName(name);
  if (file.length > MAX_FILE_BYTES) throw new OraError('bad_input', 'The model is larger than 32 MB.');
  if (expiresAt !== null && expiresAt <= now) {
    throw new OraError('bad_input', 'The model would have expired before it ran. Give a later date.');
  }
  const card = await examine(services, file);
  const added = await services.stores.models.add({
    name,
    card,
    expiresAt,
    threshold: pickThreshold(input.threshold, card.threshold),
    state: shadow ? 'shadow' : 'active',
    sha256: createHash('sha256').update(file).digest('hex'),
    addedAt: now,
    file,
    description: `A model over ${card.inputs.length} features, trained through ${dateOf(card.trainedThrough)}.`,
  });
  const { version, state, threshold } = added.model;
  if (added.isNew) {
    await services.stores.audit.write({
      at: now,
      actor: input.actor,
      action: 'model.add',
      target: `${name} ${version}`,
      details: { state, threshold, sha256: added.model.sha256, expiresAt },
    });
  }
  return added;
}

/** Loads it and asks it about one moment: what cannot score is found out now, not at the next candle. */
async function examine({ models }: Pick<Services, 'models'>, file: Uint8Array): Promise<Model['card']> {
  const loaded = await models.load(file);
  try {
    const card = readModelCard(loaded.facts);
    const columns = card.inputs.map(({ impute }) => new Float32Array([impute ?? 0]));
    const [score = Number.NaN] = await loaded
      .score({ columns, rows: 1, output: card.output })
      .catch(() => []);
    if (score >= 0 && score <= 1) return card;
    throw new OraError('bad_input', `Asked about one row the model says ${score}, not a score from 0 to 1.`);
  } finally {
    await loaded.close();
  }
}

function pickThreshold(given: number | undefined, proposed: number | null): number {
  const threshold = given ?? proposed;
  if (threshold !== null && isThreshold(threshold)) return threshold;
  const why = threshold === null ? 'The model names no threshold' : `${threshold} is no threshold`;
  throw new OraError('bad_input', `${why}: give one above 0 and up to 1.`);
}

function checkName(name: string): void {
  if (/^[a-z][a-z0-9_]{2,39}$/.test(name)) return;
  throw new OraError(
    'bad_input',
    `"${name}" cannot name a model. Use 3 to 40 small letters, digits and underscores, such as ml_breakout.`,
  );
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
