import { OraError } from '../../domain/errors.ts';
import { checkParity } from './check-parity.ts';
import type { LegacyDesk } from './legacy-desk.ts';
import type { MigrationStep, StepRecord, Window } from './legacy-ports.ts';
import type { ParityReport } from './parity/parity-report.ts';

export interface CutOverInput {
  readonly window: Window;
  /** The operator confirms that every dashboard reads Postgres. */
  readonly readsMoved: boolean;
  /** How many rejected documents the operator leaves behind; must be exactly how many there are. */
  readonly acceptRejected: number;
  readonly now: number;
}

export interface CutOverResult {
  readonly outcome: 'stopped' | 'was stopped';
  readonly figures: Readonly<Record<string, unknown>>;
}

/**
 * Ends the mirroring to MongoDB, for good unless undone, once nothing speaks against it; writes down who
 * did it, when, and the figures. Refusing changes nothing, so it is simply run again.
 *
 * @throws OraError `conflict` with all that is in the way, each with its remedy.
 */
export async function cutOverLegacy(desk: LegacyDesk, input: CutOverInput): Promise<CutOverResult> {
  const { mirror, migrationLog } = desk.stores;
  const before = await mirror.backlog();
  if (before.mode === 'stopped') {
    return { outcome: 'was stopped', figures: (await migrationLog.latest('cutover'))?.figures ?? {} };
  }
  const obstacles = await findObstacles(desk, input);
  // Parity reads everything: only once nothing else is in the way.
  const parity = obstacles.length === 0 ? await checkParity(desk, input) : null;
  if (parity !== null && !parity.clean) obstacles.push(sayDrift(parity));
  if (obstacles.length > 0 || parity === null) {
    throw new OraError(
      'conflict',
      `The cutover is refused:\n${obstacles.map((each) => `  - ${each}`).join('\n')}`,
    );
  }
  const figures = {
    parity: parity.collections,
    ledger: await desk.stores.legacy.totals(),
    acceptedRejects: input.acceptRejected,
    mirrored: await mirror.countSent(),
  };
  await mirror.setStopped(true, input.now);
  await record(desk, 'cutover', { now: input.now, window: input.window, figures });
  return { outcome: 'stopped', figures };
}

/** Takes mirroring up again; what happened in between is queued. @returns how many events. */
export async function undoCutOver(desk: LegacyDesk, { now }: { readonly now: number }): Promise<number> {
  const { mirror } = desk.stores;
  if ((await mirror.backlog()).mode !== 'stopped') {
    throw new OraError('conflict', 'There is no cutover to undo: mirroring was not stopped by one.');
  }
  await mirror.setStopped(false, now);
  const queued = await mirror.queueMissed();
  await record(desk, 'undo', { now, window: null, figures: { queued } });
  return queued;
}

async function findObstacles(desk: LegacyDesk, input: CutOverInput): Promise<string[]> {
  const { legacy, mirror, migrationLog } = desk.stores;
  const obstacles: string[] = [];
  if (!input.readsMoved) {
    obstacles.push(
      'Nobody confirmed that dashboards read Postgres. When they do, say so with --reads-moved.',
    );
  }
  const preflight = await migrationLog.latest('preflight');
  obstacles.push(...sayStep(desk, 'preflight', preflight));
  if (preflight !== null && !preflight.clean) {
    obstacles.push(
      'Preflight found questions that the mapping leaves open. Answer them in the mapping file.',
    );
  }
  const backfill = await migrationLog.latest('backfill');
  obstacles.push(...sayStep(desk, 'backfill', backfill));
  const unfinished = (await legacy.checkpoints()).filter(({ finishedAt }) => finishedAt === null);
  for (const { collection } of unfinished) {
    obstacles.push(
      `The backfill of ${collection} has not reached its end. Run "oracore mongo backfill": it goes on where it stopped.`,
    );
  }
  const rejected = (await legacy.totals()).reduce((sum, each) => sum + each.rejected, 0);
  if (rejected !== input.acceptRejected) {
    obstacles.push(
      `${rejected} documents are rejected. Mend the mapping and run "oracore mongo backfill --retry-rejected", or leave them behind with --accept-rejected ${rejected}.`,
    );
  }
  const { waiting, refused, mode } = await mirror.backlog();
  if (waiting > 0)
    obstacles.push(`${waiting} events still wait to be mirrored. Keep the bot running until there are none.`);
  if (refused > 0)
    obstacles.push(`MongoDB refused ${refused} mirrored documents. "oracore mongo parity" names them.`);
  if (mode === 'off')
    obstacles.push(
      'Nothing is mirrored: the bot was not started with MONGODB_URL, so two sides were never compared alive.',
    );
  return obstacles;
}

function sayStep(desk: LegacyDesk, step: MigrationStep, found: StepRecord | null): string[] {
  if (found === null) return [`There was no ${step} yet. Run "oracore mongo ${step}".`];
  if (found.mappingHash === desk.mappingHash) return [];
  return [`The last ${step} used another mapping. Run "oracore mongo ${step}" again with this one.`];
}

function sayDrift({ collections, drift }: ParityReport): string {
  const sum = Object.values(collections).reduce(
    (total, each) => total + each.onlyInMongo + each.onlyInPostgres + each.different,
    0,
  );
  const [first] = drift;
  return `Parity found ${sum} differences, the first in ${first?.collection} ${first?.id}. Run "oracore mongo parity" to see them.`;
}

async function record(
  { stores, actor, mappingHash }: LegacyDesk,
  step: MigrationStep,
  { now, ...rest }: Pick<StepRecord, 'window' | 'figures'> & { readonly now: number },
): Promise<void> {
  await stores.migrationLog.record({ at: now, actor, step, clean: true, mappingHash, ...rest });
}
