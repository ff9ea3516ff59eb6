import { OraError } from '../errors.ts';
import { FEATURE_KEYS } from '../features/feature.ts';
import { FEATURE_VERSION } from '../features/vector.ts';
import { SIDES, type Side } from '../signal.ts';
import { SIGNAL_TIMEFRAMES, type SignalTimeframe } from '../timeframe.ts';
import type { ModelCard, ModelInput, ModelInputName } from './model.ts';

/** A tensor that a model takes or gives. */
export interface TensorFacts {
  readonly name: string;
  /** `float32`, `int64`, …; null for what is no tensor. */
  readonly type: string | null;
  /** Columns of a `[N, columns]` tensor, 1 for `[N]`; null when the model does not say. */
  readonly columns: number | null;
}

/** What a model file holds besides its weights. */
export interface ModelFacts {
  readonly inputs: readonly TensorFacts[];
  readonly outputs: readonly TensorFacts[];
  /** `metadata_props` of the ONNX file. */
  readonly metadata: Readonly<Record<string, string>>;
}

const INPUT_NAMES: readonly ModelInputName[] = [...FEATURE_KEYS, 'side'];
/** Filled in only once a signal is made, so a model that fires signals would never see it. */
const UNKNOWN_BEFORE_A_SIGNAL: ModelInputName = 'spread_bps';
/** Names a score may have, the plain one first; scikit-learn's converters say `probabilities`. */
const OUTPUT_NAMES = ['score', 'probabilities'];

/**
 * Checks a model against what the scanner can give it. All that is wrong is said at once.
 *
 * @throws OraError `bad_input` with one line for each thing to mend.
 */
export function readModelCard({ inputs, outputs, metadata }: ModelFacts): ModelCard {
  const problems: string[] = [];
  const read = createReader(metadata, problems);
  const output = findOutput(outputs);
  if (output === null) {
    const named = outputs.map(({ name }) => name).join(', ');
    problems.push(`no output is called score or probabilities and holds float32; it has: ${named}`);
  }
  const card: ModelCard = {
    inputs: readInputs(inputs, read, problems),
    output: output ?? '',
    featureVersion: read.featureVersion(),
    timeframes: read.words<SignalTimeframe>('oracore.timeframes', SIGNAL_TIMEFRAMES),
    sides: read.words<Side>('oracore.sides', SIDES),
    trainedThrough: read.trainedThrough(),
    threshold: read.threshold(),
  };
  if (card.sides.length > 1 && !inputs.some(({ name }) => name === 'side')) {
    problems.push('it is for both sides but has no input "side": name one in oracore.sides');
  }
  if (problems.length === 0) return card;
  throw new OraError(
    'bad_input',
    `This model cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
  );
}

function readInputs(
  tensors: readonly TensorFacts[],
  read: ReturnType<typeof createReader>,
  problems: string[],
): ModelInput[] {
  if (tensors.length === 0) problems.push('it has no inputs');
  const impute = read.impute();
  return tensors.flatMap(({ name, type, columns }) => {
    const known = INPUT_NAMES.find((input) => input === name);
    if (known === undefined) problems.push(`input "${name}" is no feature of OraCore`);
    if (known === UNKNOWN_BEFORE_A_SIGNAL) {
      problems.push(`input "${name}" is known only once there is a signal: train without it`);
    }
    if (type !== 'float32') problems.push(`input "${name}" takes ${type ?? 'no tensor'}, not float32`);
    if (columns !== null && columns !== 1) {
      problems.push(
        `input "${name}" wants ${columns} columns: give each feature an input of its own, [N, 1]`,
      );
    }
    return known === undefined ? [] : [{ name: known, impute: impute[name] ?? null }];
  });
}

function findOutput(outputs: readonly TensorFacts[]): string | null {
  const isScore = ({ name, type }: TensorFacts) => OUTPUT_NAMES.includes(name) && type === 'float32';
  const order = (name: string) => OUTPUT_NAMES.indexOf(name);
  return outputs.filter(isScore).sort((a, b) => order(a.name) - order(b.name))[0]?.name ?? null;
}

/** Reads metadata one by one, and notes what is wrong with each. */
function createReader(metadata: Readonly<Record<string, string>>, problems: string[]) {
  const json = (key: string): unknown => {
    try {
      return metadata[key] === undefined ? undefined : JSON.parse(metadata[key]);
    } catch {
      problems.push(`metadata ${key} is not JSON`);
      return undefined;
    }
  };
  return {
    impute(): Readonly<Record<string, number>> {
      const given = json('oracore.impute') ?? {};
      const entries = Object.entries(given);
      for (const [name, value] of entries) {
        if (!Number.isFinite(value)) problems.push(`metadata oracore.impute gives no number for "${name}"`);
      }
      return Object.fromEntries(entries.filter(([, value]) => Number.isFinite(value)));
    },
    words<Word extends string>(key: string, known: readonly Word[]): readonly Word[] {
      const given = json(key);
      const words = Array.isArray(given) ? known.filter((word) => given.includes(word)) : [];
      if (Array.isArray(given) && given.length > 0 && words.length === given.length) return words;
      problems.push(`metadata ${key} must be a JSON list of some of ${known.join(', ')}`);
      return [];
    },
    featureVersion(): number {
      const version = Number(metadata['oracore.feature_version'] ?? Number.NaN);
      if (version !== FEATURE_VERSION) {
        const given = metadata['oracore.feature_version'] ?? 'missing';
        problems.push(
          `metadata oracore.feature_version is ${given}; the scanner computes version ${FEATURE_VERSION}`,
        );
      }
      return version;
    },
    trainedThrough(): number {
      const moment = Date.parse(metadata['oracore.trained_through'] ?? '');
      if (Number.isNaN(moment)) {
        problems.push(
          'metadata oracore.trained_through must be an ISO time: the end of the last label it was trained on',
        );
      }
      return moment;
    },
    threshold(): number | null {
      const text = metadata['oracore.threshold'];
      if (text === undefined) return null;
      const threshold = Number(text);
      if (isThreshold(threshold)) return threshold;
      problems.push(`metadata oracore.threshold is "${text}", not a number above 0 and up to 1`);
      return null;
    },
  };
}

/** Whether a number can be a threshold of scores: above 0, or every candle would be a signal, and at most 1. */
export function isThreshold(value: number): boolean {
  return value > 0 && value <= 1;
}
