import { type Model, modelHealth } from '../../domain/models/model.ts';
import { scoreMoments } from '../../domain/models/score-moments.ts';
import type { Found, Moment } from '../../domain/series-scanner.ts';
import type { SignalTimeframe } from '../../domain/timeframe.ts';
import type { Services } from '../services.ts';
import type { LoadedModel, ModelRuntime } from '../training/model-ports.ts';

/** Runs the models of the catalog beside the rules, over the same moments. */
export interface MlScanner {
  /** Loads what was added or promoted, lets go of what was retired or has expired. Call it before a scan. */
  refresh(now: number): Promise<void>;
  /** What the models see at some moments of one series, by moment. A model that fails stops only itself. */
  look(
    timeframe: SignalTimeframe,
    moments: readonly Moment[],
  ): Promise<ReadonlyMap<Moment, readonly Found[]>>;
  /** Whether people are to be shown nothing of a detector: its model is on trial. */
  isShadow(detector: { readonly detectorId: string; readonly detectorVersion: string }): boolean;
  /** Lets every model go. */
  close(): Promise<void>;
}

interface Running {
  readonly model: Model;
  readonly loaded: LoadedModel;
}

type Deps = Pick<Services, 'stores' | 'log'> & { readonly models?: ModelRuntime };

/** An empty one, which `refresh` fills; without a runtime it stays empty. One for each process that scans. */
export function createMlScanner({ stores, models, log }: Deps): MlScanner {
  let running = new Map<string, Running>();
  const broken = new Set<string>();

  const fail = async (model: Model, error: unknown): Promise<void> => {
    const failure = error instanceof Error ? error.message : String(error);
    broken.add(keyOf(model));
    log.error({ model: model.name, version: model.version, error }, 'model set aside');
    await stores.models.setFailure(model, failure);
  };

  const load = async (model: Model, runtime: ModelRuntime): Promise<Running | null> => {
    try {
      const file = await stores.models.file(model);
      if (file === null) return null;
      const loaded = await runtime.load(file);
      if (model.failure !== null) await stores.models.setFailure(model, null);
      log.info({ model: model.name, version: model.version, state: model.state }, 'model loaded');
      return { model, loaded };
    } catch (error) {
      await fail(model, error);
      return null;
    }
  };

  return {
    async refresh(now) {
      if (models === undefined) return;
      const wanted = (await stores.models.list()).filter((model) => isWanted(model, now, broken));
      const next = new Map<string, Running>();
      for (const model of wanted) {
        const known = running.get(keyOf(model));
        const entry = known === undefined ? await load(model, models) : { ...known, model };
        if (entry !== null) next.set(keyOf(model), entry);
      }
      const gone = [...running].filter(([key]) => !next.has(key));
      running = next;
      for (const [, { model, loaded }] of gone) {
        await loaded.close();
        log.info({ model: model.name, version: model.version }, 'model let go');
      }
    },

    async look(timeframe, moments) {
      const found = new Map<Moment, Found[]>();
      for (const [key, { model, loaded }] of running) {
        if (!model.card.timeframes.includes(timeframe)) continue;
        const { output } = model.card;
        try {
          const seen = await scoreMoments(model, moments, (columns, rows) =>
            loaded.score({ columns, rows, output }),
          );
          for (const [moment, one] of seen) found.set(moment, [...(found.get(moment) ?? []), one]);
        } catch (error) {
          running.delete(key);
          await fail(model, error);
        }
      }
      return found;
    },

    isShadow: ({ detectorId, detectorVersion }) =>
      running.get(keyOf({ name: detectorId, version: detectorVersion }))?.model.state === 'shadow',

    async close() {
      const all = [...running.values()];
      running = new Map();
      for (const { loaded } of all) await loaded.close();
    },
  };
}

/** One that broke here is left alone while its failure stands: promoting it, or another process, tries anew. */
function isWanted(model: Model, now: number, broken: ReadonlySet<string>): boolean {
  if (model.failure !== null && broken.has(keyOf(model))) return false;
  const health = modelHealth({ ...model, failure: null }, now);
  return health === 'running' || health === 'shadow';
}

function keyOf({ name, version }: Pick<Model, 'name' | 'version'>): string {
  return `${name} ${version}`;
}
