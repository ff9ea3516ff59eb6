import { PAGE, patiently } from '../legacy-desk.ts';
import { judgeGone } from './find-missing.ts';
import { judge } from './judge-documents.ts';
import type { Drift } from './parity-report.ts';
import type { ParityRun } from './parity-run.ts';

const REREAD_PAUSE_MS = 1500;
const REREADS = 3;

/** Reads each difference again, both sides, until it is gone or has stood still. */
export async function settleCandidates(run: ParityRun): Promise<Drift[]> {
  const drift: Drift[] = [];
  for (let round = 1; round <= REREADS && countCandidates(run) > 0; round += 1) {
    await run.desk.wait(REREAD_PAUSE_MS);
    const isLast = round === REREADS;
    for (const collection of run.collections) {
      const ids = [...run.candidates(collection).keys()];
      for (let start = 0; start < ids.length; start += PAGE) {
        drift.push(...(await settle(run, collection, { ids: ids.slice(start, start + PAGE), isLast })));
      }
    }
  }
  return drift;
}

function countCandidates(run: ParityRun): number {
  return run.collections.reduce((sum, collection) => sum + run.candidates(collection).size, 0);
}

async function settle(
  run: ParityRun,
  collection: string,
  { ids, isLast }: { readonly ids: readonly string[]; readonly isLast: boolean },
): Promise<Drift[]> {
  const { desk } = run;
  const candidates = run.candidates(collection);
  const documents = await patiently(desk, () => desk.source.byIds(collection, ids));
  const verdicts = await judge(run, collection, documents);
  const now = new Map(
    documents.map((document, index) => [document.id, { document, verdict: verdicts[index] }]),
  );
  const drift: Drift[] = [];
  for (const id of ids) {
    const found = now.get(id);
    const digest = found?.document.digest ?? null;
    const wasThere = run.wasThere(collection, id);
    const verdict = found?.verdict ?? (await judgeGone(run, collection, id));
    if (typeof verdict === 'string') {
      run.take(collection, { id, digest, verdict });
      candidates.delete(id);
    } else if (verdict.kind === 'only in Mongo' && !wasThere) {
      run.count(collection, 'moving');
      candidates.delete(id);
    } else if (candidates.get(id) !== digest) {
      candidates.set(id, digest); // changed since: wait until it stands still
      if (!isLast) continue;
      run.count(collection, 'moving');
      candidates.delete(id);
    } else {
      drift.push({ collection, id, ...verdict });
      run.count(collection, COUNTER[verdict.kind]);
      candidates.delete(id);
    }
  }
  return drift;
}

const COUNTER = {
  'only in Mongo': 'onlyInMongo',
  'only in Postgres': 'onlyInPostgres',
  different: 'different',
} as const;
