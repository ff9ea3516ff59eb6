import { OraError } from '../../domain/errors.ts';
import { toMirrorDocument } from '../../domain/legacy/mirror.ts';
import type { Services } from '../services.ts';
import type { MirrorTarget } from './legacy-ports.ts';

const BATCH = 200;
const LEASE_MS = 60_000;
const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 60_000;

/** What the mirror works with. */
export interface MirrorDesk extends Pick<Services, 'stores' | 'log'> {
  readonly target: MirrorTarget;
}

/**
 * Sends MongoDB what it is owed, in order, until nothing is left. One process at a time; a document whose
 * answer was lost is sent again under the same `_id`. When MongoDB does not answer, nothing is lost and the
 * next call comes when the pause is over.
 *
 * @returns how many documents are there now that were owed before.
 */
export async function drainMirror(
  { stores: { mirror }, target, log }: MirrorDesk,
  { by, clock, signal }: { readonly by: string; readonly clock: () => number; readonly signal?: AbortSignal },
): Promise<number> {
  const claim = () => ({ by, now: clock(), leaseMs: LEASE_MS });
  if (!(await mirror.claim(claim()))) return 0;
  const deskId = await mirror.deskId();
  let sent = 0;
  try {
    for (;;) {
      const owed = await mirror.owed(BATCH);
      if (owed.length === 0 || signal?.aborted === true) break;
      const outcomes = await target.add(owed.map((event) => toMirrorDocument(deskId, event)));
      const results = owed.map(({ outboxId }, index) => {
        const outcome = outcomes[index];
        return { outboxId, error: outcome?.state === 'refused' ? outcome.error : null };
      });
      for (const { error, outboxId } of results)
        if (error !== null) log.error({ outboxId, error }, 'mirror refused');
      if (!(await mirror.settle(claim(), results))) return sent;
      sent += results.filter(({ error }) => error === null).length;
    }
    await mirror.release(by, null);
  } catch (error) {
    if (!(error instanceof OraError)) throw error;
    const { attempts } = await mirror.backlog();
    const pause = Math.min(FIRST_RETRY_MS * 2 ** attempts, LONGEST_RETRY_MS);
    await mirror.release(by, { error: error.message, retryAt: clock() + pause });
    log.warn({ error: error.message, attempts: attempts + 1 }, 'mirror waits for mongo');
  }
  return sent;
}

/** Switches queueing as the bot starts: on with MONGODB_URL. What was missed while it was off is queued. */
export async function startMirror(
  { stores: { mirror }, log }: Pick<Services, 'stores' | 'log'>,
  { isConfigured, now }: { readonly isConfigured: boolean; readonly now: number },
): Promise<void> {
  const { mode, resumed } = await mirror.enable(isConfigured, now);
  const queued = resumed ? await mirror.queueMissed() : 0;
  if (mode !== 'off') log.info({ mode, queued }, 'mirror');
}
