import type { Desk } from '../desk.ts';

/** Nobody looks for a process that has been silent for so long. */
const FORGET_MS = 10 * 60_000;

/** Says that this process is there and what it does: others share the work with it. */
export function sayPresence(desk: Desk): Promise<void> {
  const { services, clock, workerId, roles, host, startedAt } = desk;
  const now = clock();
  const { codeVersion } = services.settings;
  const gateway = desk.isGateway();
  return services.stores.processes.seen(
    { id: workerId, roles, host, codeVersion, startedAt, seenAt: now, gateway },
    now - FORGET_MS,
  );
}
