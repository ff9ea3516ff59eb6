import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { to as copyTo } from 'pg-copy-streams';
import type { Database } from '../src/db/open.ts';
import { TRAINING_QUERY } from '../test/support/training-query.ts';
import { type BenchResult, quantile } from './bench.ts';

const ROUNDS = 5;
/** The owner's, of the series that a large desk has. */
const AS_WRITTEN = TRAINING_QUERY.replace("'15m'", "'5m'").replace(';', '');
const WITH_TIME = AS_WRITTEN.replace(
  'ON o.signal_id = s.id',
  'ON o.signal_id = s.id AND o.signal_fired_at = s.fired_at',
);

/** The owner's training query over all there is, against the same with the signal's time in the join. */
export async function measureTrainingQuery(database: Database, size: number): Promise<BenchResult> {
  const times = { owner: [] as number[], withTime: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    times.owner.push(await stream(database, AS_WRITTEN));
    times.withTime.push(await stream(database, WITH_TIME));
  }
  const [ms, limitMs] = [quantile(times.owner, 0.5), quantile(times.withTime, 0.5)];
  const what = "the owner's training query, against the signal's time in the join";
  return { what, size, ms, limitMs, ratio: ms / limitMs, reach: 1.2, better: 'lower' };
}

/** @returns ms until the last row has come. */
async function stream({ pool }: Database, query: string): Promise<number> {
  const client = await pool.connect();
  try {
    const began = performance.now();
    let bytes = 0;
    const count = (chunk: Buffer, _encoding: string, done: () => void) => {
      bytes += chunk.length;
      done();
    };
    await pipeline(client.query(copyTo(`COPY (${query}) TO STDOUT`)), new Writable({ write: count }));
    if (bytes === 0) throw new Error('the training query brought no row');
    return performance.now() - began;
  } finally {
    client.release();
  }
}
