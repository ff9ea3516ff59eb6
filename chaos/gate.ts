import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Scene } from './scene.ts';

/** A point in the desk's work, by what it writes there. */
export interface Point {
  readonly table: string;
  readonly event: 'INSERT' | 'UPDATE';
  /** Which rows, as SQL over NEW and OLD; every statement when left out. */
  readonly when?: string;
}

/** Any number; one scene has one gate. */
const LOCK = 7_007;
const PATIENCE_MS = 15_000;
const POLL_MS = 20;

/**
 * Stops whoever writes at the point, does something while it stands there, and lets it go on.
 * `begin` starts the work that comes there. @returns how often the point was reached: 0 or 1.
 */
export async function atGate(
  scene: Scene,
  point: Point,
  { begin, act }: { readonly begin: () => Promise<unknown>; readonly act: () => Promise<unknown> },
): Promise<number> {
  const keeper = new Client({ connectionString: scene.url });
  keeper.on('error', () => undefined);
  await keeper.connect();
  await keeper.query('SELECT pg_advisory_lock($1)', [LOCK]);
  await scene.rows(waitTrigger(point, `PERFORM pg_advisory_xact_lock(${LOCK})`));
  try {
    const work = begin();
    const reached = await until(async () => (await scene.rows(WAITERS)).length > 0);
    if (reached) await act();
    await keeper.query('SELECT pg_advisory_unlock($1)', [LOCK]);
    await work;
    await until(async () => (await scene.rows(HOLDERS)).length === 0);
    return reached ? 1 : 0;
  } finally {
    await keeper.end();
    await scene.rows('DROP FUNCTION at_gate CASCADE');
  }
}

/**
 * Kills the desk where it stands at a gate, and what it was writing with it. The server alone would finish a
 * statement that is a transaction of its own: it hears of the death only when it answers.
 */
export async function killUnwritten(scene: Scene): Promise<void> {
  await scene.desk.kill();
  await scene.rows(END_WAITERS);
}

/** Does something in the database each time the point is reached, until `mend` is called; then says how often. */
export async function spoil(scene: Scene, point: Point, statement: string): Promise<() => Promise<number>> {
  await scene.rows('CREATE SEQUENCE IF NOT EXISTS struck');
  await scene.rows(waitTrigger(point, `PERFORM nextval('struck'); ${statement}`));
  return async () => {
    const [struck] = await scene.rows<{ n: number }>(
      'SELECT CASE WHEN is_called THEN last_value ELSE 0 END::int AS n FROM struck',
    );
    await scene.rows('DROP FUNCTION at_gate CASCADE; DROP SEQUENCE struck');
    return struck?.n ?? 0;
  };
}

/** Waits until it is so, counting its own waits: a machine that stands still for a while uses up no patience. @returns whether it came to be. */
export async function until(holds: () => Promise<boolean> | boolean): Promise<boolean> {
  for (let waited = 0; waited < PATIENCE_MS; waited += POLL_MS) {
    if (await holds()) return true;
    await sleep(POLL_MS);
  }
  return false;
}

const ADVISORY = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = ${LOCK}
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
const WAITERS = `${ADVISORY} AND NOT granted`;
const END_WAITERS = WAITERS.replace('FROM', 'pg_terminate_backend(pid) FROM');
const HOLDERS = ADVISORY;

function waitTrigger({ table, event, when }: Point, statement: string): string {
  const each = when === undefined ? 'FOR EACH STATEMENT' : `FOR EACH ROW WHEN (${when})`;
  return `CREATE FUNCTION at_gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${statement}; RETURN NULL; END $$;
    CREATE TRIGGER at_gate AFTER ${event} ON ${table} ${each} EXECUTE FUNCTION at_gate()`;
}
