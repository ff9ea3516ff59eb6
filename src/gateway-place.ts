import { setTimeout as sleep } from 'node:timers/promises';
import type { ExclusiveLock, HeldLock, Logger } from './app/ports.ts';
import { OraError } from './domain/errors.ts';

/** Between two attempts to take the place. */
const RETRY_MS = 1_000;

/** The place of the one process that is connected to Discord. */
export interface GatewayPlace {
  tryTake(): Promise<boolean>;
  /** Waits until it is free. False when the process stops before. */
  take(): Promise<boolean>;
  leave(): Promise<void>;
}

export interface GatewayPlaceOptions {
  readonly log: Logger;
  /** Aborted when the process stops. */
  readonly signal: AbortSignal;
  /** Called when another process sits in the place that was ours. */
  readonly onLost: (error: OraError) => void;
}

/** Without a lock the place is always ours. */
export function createGatewayPlace(
  lock: ExclusiveLock | undefined,
  { log, signal, onLost }: GatewayPlaceOptions,
): GatewayPlace {
  let held: HeldLock | null = null;

  const tryTake = async (): Promise<boolean> => {
    if (lock === undefined) return true;
    held = await lock.tryTake();
    held?.lost.addEventListener('abort', () => void regain(), { once: true });
    return held !== null;
  };

  /** While the database is away nobody can take the place, so we stay in it. */
  const regain = async (): Promise<void> => {
    log.warn({}, 'the lock on the connection to discord is lost: trying to take it again');
    for (; !signal.aborted; await pause(signal)) {
      const taken = await tryTake().catch(() => null);
      if (taken === true) return log.info({}, 'the lock is ours again');
      if (taken === false) return onLost(takenOver());
    }
  };

  return {
    tryTake,
    async take() {
      for (; !signal.aborted; await pause(signal)) if (await tryTake().catch(() => false)) return true;
      return false;
    },
    leave: async () => held?.release(),
  };
}

function takenOver(): OraError {
  return new OraError(
    'conflict',
    'Another process has taken over the connection to Discord. This one ends; started again, it waits for its turn.',
  );
}

function pause(signal: AbortSignal): Promise<void> {
  return sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
}
