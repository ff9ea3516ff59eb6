import type { Heartbeat } from '../app/ports.ts';
import { OraError } from '../domain/errors.ts';

const PATIENCE_MS = 10_000;

/**
 * Asks for an address each time: what healthchecks.io, Uptime Kuma, Better Stack and others take as a sign of
 * life. The address is a secret, since whoever knows it can feign one: no message names it.
 */
export function createHeartbeat(url: string): Heartbeat {
  return {
    async beat() {
      const refused = await ask(url);
      if (refused !== null)
        throw new OraError('unavailable', `The monitor behind HEARTBEAT_URL does not answer: ${refused}.`);
    },
  };
}

/** @returns why it failed, without the address. */
async function ask(url: string): Promise<string | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS), redirect: 'follow' });
    await response.body?.cancel();
    return response.ok ? null : `status ${response.status}`;
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError' ? 'no answer in time' : 'no connection';
  }
}
