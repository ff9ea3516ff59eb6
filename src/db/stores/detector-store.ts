import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { DetectorRefusal, DetectorStore, ForeignDetector } from '../../app/ports.ts';
import type { Detector } from '../../domain/detectors/detector.ts';
import type { KnownDetector } from '../../domain/detectors/known-detector.ts';
import { OraError } from '../../domain/errors.ts';
import type { Connection } from '../client.ts';
import { detectors } from '../schema/detectors.ts';
import { query } from '../sql.ts';

/** The catalog of detectors, in Postgres. */
export function detectorStore({ db, transaction }: Connection): DetectorStore {
  return {
    sync: (known) =>
      transaction(async ({ db }) => {
        // In one order, so that two processes that start together do not wait for each other in a ring.
        for (const detector of known.toSorted((a, b) => a.id.localeCompare(b.id))) {
          await keepVersion(db, detector);
          await makeCurrent(db, detector);
        }
      }),

    register: (given) =>
      transaction(async ({ db }) => {
        const refusals = new Map<string, DetectorRefusal>();
        const known = new Map(given.map((detector) => [`${detector.id} ${detector.version}`, detector]));
        for (const [, detector] of [...known].sort(([a], [b]) => a.localeCompare(b))) {
          const refusal = await whyRefused(db, detector);
          if (refusal === null) await addForeign(db, detector);
          else refusals.set(detector.id, refusal);
        }
        return refusals;
      }),

    list: () =>
      query<KnownDetector>(
        db,
        sql`SELECT id, kind, family, state
            FROM (
              SELECT d.id, d.kind, coalesce(m.state, 'active') AS state,
                CASE WHEN m.state IS NOT NULL THEN 'model' WHEN ${isOurs} THEN 'built_in' ELSE 'foreign' END AS family
              FROM detectors d LEFT JOIN ${furthestModel} AS m ON true
            ) AS known
            ORDER BY array_position(ARRAY['built_in', 'model', 'foreign'], family), id`,
      ),
  };
}

/** Ours are those whose code we know by its hash, rules and models alike. */
const isOurs = sql`EXISTS (SELECT FROM detector_versions v WHERE v.id = d.id AND v.code_hash IS NOT NULL)`;
const furthestModel = sql`LATERAL (
  SELECT state FROM models WHERE name = d.id
  ORDER BY array_position(ARRAY['active', 'shadow', 'retired'], state) LIMIT 1
)`;

async function whyRefused(
  db: NodePgDatabase,
  { id, kind }: ForeignDetector,
): Promise<DetectorRefusal | null> {
  const [found] = await query<{ kind: string; ours: boolean }>(
    db,
    sql`SELECT d.kind, ${isOurs} AS ours FROM detectors d WHERE d.id = ${id}`,
  );
  if (found === undefined) return null;
  if (found.ours) return 'ours';
  return found.kind === kind ? null : 'other_kind';
}

/** The version last named becomes the current one; a trigger keeps every version. */
async function addForeign(
  db: NodePgDatabase,
  { id, version, kind, description, params }: ForeignDetector,
): Promise<void> {
  await db
    .insert(detectors)
    .values({ id, version, kind, description, params })
    .onConflictDoUpdate({
      target: detectors.id,
      set: { version, params, description: sql`coalesce(excluded.description, ${detectors.description})` },
      setWhere: sql`${detectors.version} <> excluded.version`,
    });
}

/** A version means one code and one set of parameters for ever; one that had no hash yet takes this. */
async function keepVersion(
  db: NodePgDatabase,
  detector: Detector & { readonly codeHash: string },
): Promise<void> {
  const { id, version, kind, params, codeHash } = detector;
  const [kept] = await query<{ hash: string }>(
    db,
    sql`INSERT INTO detector_versions AS kept (id, version, kind, params, code_hash)
        VALUES (${id}, ${version}, ${kind}, ${JSON.stringify(params)}::jsonb, ${codeHash})
        ON CONFLICT (id, version) DO UPDATE SET code_hash = coalesce(kept.code_hash, excluded.code_hash)
        RETURNING code_hash AS hash`,
  );
  if (kept?.hash === codeHash) return;
  throw new OraError(
    'conflict',
    `Detector "${id}" version "${version}" is in the database with other code or parameters. Raise its version: signals of the old one keep theirs.`,
  );
}

async function makeCurrent(
  db: NodePgDatabase,
  { id, version, kind, description, params }: Detector,
): Promise<void> {
  const row = { version, kind, description, params };
  await db
    .insert(detectors)
    .values({ id, ...row })
    .onConflictDoUpdate({ target: detectors.id, set: row });
}
