import { Client } from 'pg';
import type { Fault, FaultFamily } from '../fault.ts';
import { type Point, spoil, until } from '../gate.ts';
import { SCAN_POINTS } from '../points.ts';
import type { Scene } from '../scene.ts';

const CUT_OTHERS = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()`;
const CUT_DESK = `${CUT_OTHERS} AND application_name = 'oracore'`;
const DOWN_MS = 400;

/** Spoils one candle close at a point. */
async function spoilScan(scene: Scene, point: Point, statement: string): Promise<number> {
  scene.toNextClose();
  const mend = await spoil(scene, point, statement);
  await scene.play();
  return mend();
}

const cuts = Object.entries(SCAN_POINTS).map(
  ([name, point]): Fault => ({
    name: `connection cut as ${name}`,
    says: /terminat|connection/i,
    strike: (scene) =>
      spoilScan(
        scene,
        point,
        `IF currval('struck') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF`,
      ),
  }),
);

const FULL = `RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'`;
const full = [
  'candles are stored',
  'signals are written',
  'a card is made',
  'Discord has it and we do not',
].map(
  (name): Fault => ({
    name: `disk full as ${name}`,
    says: /No space left/,
    async strike(scene) {
      const point = SCAN_POINTS[name];
      if (point === undefined) throw new Error(`there is no point "${name}"`);
      // The sequence counts outside of transactions, so what is rolled back counts as well.
      return spoilScan(scene, point, FULL);
    },
  }),
);

const fullAtClick: Fault = {
  name: 'disk full as a decision is written',
  says: /No space left/,
  async strike(scene) {
    const card = scene.newestCard();
    const mend = await spoil(scene, { table: 'decisions', event: 'INSERT' }, FULL);
    await scene.decide('bob', card, 'watch');
    const struck = await mend();
    await scene.insist('bob', card, 'watch');
    scene.toNextClose();
    await scene.play();
    return struck;
  },
};

const allCut: Fault = {
  name: 'every connection cut between two scans',
  async strike(scene) {
    const cut = await scene.rows(CUT_OTHERS);
    scene.toNextClose();
    await scene.play();
    return cut.length;
  },
};

const readOnly: Fault = {
  name: 'writes refused by a read-only server',
  says: /read-only/,
  async strike(scene) {
    const [row] = await scene.rows<{ name: string }>('SELECT current_database() AS name');
    const name = row?.name ?? '';
    await scene.rows(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    const cut = await scene.rows(CUT_OTHERS);
    scene.toNextClose();
    await scene.play(); // finds its connections cut
    await scene.play();
    await scene.rows(
      `SET TRANSACTION READ WRITE; ALTER DATABASE ${name} RESET default_transaction_read_only`,
    );
    await scene.rows(CUT_OTHERS);
    return cut.length;
  },
};

const restarted: Fault = {
  name: 'server stopped and started under a scan',
  async strike(scene) {
    scene.toNextClose();
    const playing = scene.play();
    await scene.restartServer(DOWN_MS);
    await playing;
    return 1;
  },
};

/** Connections of others, opened until the server has none left. */
async function fill(url: string, crowd: Client[]): Promise<void> {
  for (;;) {
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    try {
      await client.connect();
    } catch {
      return;
    }
    crowd.push(client);
  }
}

const crowded: Fault = {
  name: 'no connection left on the server',
  says: /too many clients/,
  async strike(scene) {
    const crowd: Client[] = [];
    await fill(scene.url, crowd);
    await crowd[0]?.query(CUT_DESK);
    await fill(scene.url, crowd); // in the desk's places
    scene.toNextClose();
    await scene.play();
    await Promise.all(crowd.map((client) => client.end()));
    return crowd.length;
  },
};

const exhausted: Fault = {
  name: 'one connection for a scan and clicks, over a locked table',
  async strike(scene) {
    const card = scene.newestCard();
    await scene.desk.kill();
    await scene.revive({ poolSize: 1 });
    scene.toNextClose();
    const locked = scene.rows('BEGIN; LOCK TABLE cards IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(1); COMMIT');
    await until(
      async () => (await scene.rows(`SELECT FROM pg_locks WHERE mode = 'AccessExclusiveLock'`)).length > 0,
    );
    const people = ['alice', 'bob'] as const;
    const clicks = people.map((who) => scene.decide(who, card, 'watch'));
    await Promise.all([scene.play(), locked, ...clicks]);
    for (const who of people) await scene.insist(who, card, 'watch');
    return people.length;
  },
};

/** What Postgres and the network to it do. */
export const database: FaultFamily = {
  family: 'database',
  faults: [...cuts, allCut, ...full, fullAtClick, readOnly, restarted, crowded, exhausted],
};
