import { and, eq, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { ModelKey, ModelStore, NewModel } from '../../app/training/model-ports.ts';
import { OraError } from '../../domain/errors.ts';
import type { Model } from '../../domain/models/model.ts';
import type { Connection } from '../client.ts';
import { detectorVersions } from '../schema/detector-versions.ts';
import { detectors } from '../schema/detectors.ts';
import { models } from '../schema/models.ts';
import { lockWord } from '../sql.ts';

/** All of a model but its file. */
const MODEL_COLUMNS = {
  name: models.name,
  version: models.version,
  state: models.state,
  threshold: models.threshold,
  card: models.card,
  expiresAt: models.expiresAt,
  sha256: models.sha256,
  addedAt: models.addedAt,
  failure: models.failure,
} as const;
const NEWEST_FIRST = sql`${models.version}::int DESC`;

/** The catalog of models, in Postgres. */
export function modelStore({ db, transaction }: Connection): ModelStore {
  return {
    add: (model) =>
      transaction(async (tx) => {
        await lockWord(tx.db, `model ${model.name}`);
        await claimName(tx.db, model.name);
        const [newest] = await tx.db
          .select(MODEL_COLUMNS)
          .from(models)
          .where(eq(models.name, model.name))
          .orderBy(NEWEST_FIRST)
          .limit(1);
        if (newest !== undefined && isSame(newest, model)) return { model: newest, isNew: false };
        const version = String(Number(newest?.version ?? 0) + 1);
        return { model: await insert(tx.db, { ...model, version }), isNew: true };
      }),

    list: () => db.select(MODEL_COLUMNS).from(models).orderBy(models.name, NEWEST_FIRST),

    async file(key) {
      const [row] = await db.select({ file: models.file }).from(models).where(isModel(key));
      return row?.file ?? null;
    },

    setState: (key, state) =>
      transaction(async (tx) => {
        await lockWord(tx.db, `model ${key.name}`);
        if (state === 'active') await retireActive(tx.db, key.name);
        const set = { state, failure: null };
        const [row] = await tx.db.update(models).set(set).where(isModel(key)).returning(MODEL_COLUMNS);
        if (row === undefined) return null;
        if (state === 'active') await makeCurrent(tx.db, row);
        return row;
      }),

    async setFailure(key, failure) {
      await db.update(models).set({ failure }).where(isModel(key));
    },
  };
}

function isModel({ name, version }: ModelKey) {
  return and(eq(models.name, name), eq(models.version, version));
}

/** A model that was retired is a new version when it is added again: its signals end where they ended. */
function isSame(model: Model, { sha256, threshold, expiresAt }: NewModel): boolean {
  return (
    model.state !== 'retired' &&
    model.sha256 === sha256 &&
    model.threshold === threshold &&
    model.expiresAt === expiresAt
  );
}

/** @throws OraError `conflict` when a rule has the name. */
async function claimName(db: NodePgDatabase, name: string): Promise<void> {
  const [taken] = await db.select({ kind: detectors.kind }).from(detectors).where(eq(detectors.id, name));
  if (taken?.kind !== 'rule') return;
  throw new OraError(
    'conflict',
    `"${name}" is the name of a rule. Give the model another, such as ml_${name}.`,
  );
}

/** The version in the catalog of detectors, then the model itself. */
async function insert(db: NodePgDatabase, model: NewModel & ModelKey): Promise<Model> {
  const { name, version, threshold, sha256, description } = model;
  const detector = { id: name, version, kind: 'ml' as const, params: paramsOf(model) };
  await db.insert(detectorVersions).values({ ...detector, codeHash: sha256 });
  await db
    .insert(detectors)
    .values({ ...detector, description })
    .onConflictDoNothing();
  if (model.state === 'active') await retireActive(db, name);
  const { file, state, card, expiresAt, addedAt } = model;
  const [row] = await db
    .insert(models)
    .values({ name, version, state, threshold, card, expiresAt, sha256, file, addedAt })
    .returning(MODEL_COLUMNS);
  if (row === undefined) throw new Error(`model ${name} was not written`);
  if (state === 'active') await makeCurrent(db, row);
  return row;
}

function paramsOf({ threshold, card }: Pick<Model, 'threshold' | 'card'>) {
  return { threshold, trained_through: card.trainedThrough };
}

async function retireActive(db: NodePgDatabase, name: string): Promise<void> {
  await db
    .update(models)
    .set({ state: 'retired' })
    .where(and(eq(models.name, name), eq(models.state, 'active')));
}

/** `detectors` names the version that people are shown. */
async function makeCurrent(db: NodePgDatabase, model: Model): Promise<void> {
  await db
    .update(detectors)
    .set({ version: model.version, params: paramsOf(model) })
    .where(eq(detectors.id, model.name));
}
