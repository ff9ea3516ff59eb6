import { OraError } from '../../domain/errors.ts';

/** How long one attempt to post may take before another process may take over. */
export const LEASE_MS = 60_000;
/** Discord remembers a nonce "a few minutes"; past this the channel is read before posting again. */
const NONCE_TRUSTED_MS = 120_000;
const LONGEST_RETRY_MS = 60_000;
/** A closed channel is tried once a minute for about an hour: an administrator may open it again. */
const CLOSED_ATTEMPTS = 60;

export interface DeliverInput {
  /** Names this process in the claim. */
  readonly by: string;
  readonly clock: () => number;
  /** Nothing more is claimed once it is aborted. */
  readonly stopping?: AbortSignal;
}

/** Since when an earlier attempt may have left a message that the nonce no longer guards; null when it still does. */
export function mayBePosted(firstAttemptAt: number | null, now: number): number | null {
  return firstAttemptAt === null || now - firstAttemptAt < NONCE_TRUSTED_MS ? null : firstAttemptAt;
}

/** When to try again after a failure, later each time; null when a channel has been closed to us for too long. */
export function retryAt(error: unknown, attempts: number, now: number): number | null {
  if (error instanceof OraError && error.code === 'forbidden')
    return attempts < CLOSED_ATTEMPTS ? now + LONGEST_RETRY_MS : null;
  return now + Math.min(LONGEST_RETRY_MS, 1000 * 2 ** attempts);
}
