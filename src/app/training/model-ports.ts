import type { Model, ModelState } from '../../domain/models/model.ts';
import type { ModelFacts } from '../../domain/models/read-model-card.ts';
import type { ScoreRequest } from '../../domain/models/score-moments.ts';

/** A model file, loaded. */
export interface LoadedModel {
  readonly facts: ModelFacts;
  /** One score per row. */
  score(request: ModelRun): Promise<Float32Array>;
  close(): Promise<void>;
}

export interface ModelRun {
  /** One per input, in the order of `facts.inputs`. */
  readonly columns: ScoreRequest['columns'];
  readonly rows: number;
  /** Name of the output that holds the score. */
  readonly output: string;
}

/** What runs models. */
export interface ModelRuntime {
  /** @throws OraError `bad_input` when the file is no model that can be run. */
  load(file: Uint8Array): Promise<LoadedModel>;
}

/** Names one model in the catalog. */
export type ModelKey = Pick<Model, 'name' | 'version'>;

export interface NewModel extends Omit<Model, 'version' | 'failure'> {
  readonly file: Uint8Array;
  /** One sentence that a trader understands. */
  readonly description: string;
}

/** The catalog of models; each is also a version of a detector of kind `ml`. */
export interface ModelStore {
  /**
   * Adds a file under a name, as its next version. The newest version comes back as it is when file,
   * threshold and expiry are the same. An active one takes the place of the name's active version.
   *
   * @throws OraError `conflict` when the name belongs to a detector that is no model.
   */
  add(model: NewModel): Promise<{ readonly model: Model; readonly isNew: boolean }>;
  /** By name, newest version first. */
  list(): Promise<Model[]>;
  file(key: ModelKey): Promise<Uint8Array | null>;
  /** An active one takes the place of the name's active version. Null when there is no such model. */
  setState(key: ModelKey, state: ModelState): Promise<Model | null>;
  /** Keeps why a model cannot be run, in a sentence; null when it runs again. */
  setFailure(key: ModelKey, failure: string | null): Promise<void>;
}
