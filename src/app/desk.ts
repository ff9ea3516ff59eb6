import type { Role } from '../domain/roles.ts';
import type { Ops } from './ops/ops-ports.ts';
import type { Watchdog } from './ops/watch-over.ts';
import type { Scanner } from './scan/scan-due.ts';
import type { Services } from './services.ts';

/** The running bot as its jobs see it. */
export interface Desk {
  readonly services: Services;
  readonly scanner: Scanner;
  /** Epoch ms: the machine's clock, or the sandbox's replay clock. */
  readonly clock: () => number;
  /** Names this process in claims. */
  readonly workerId: string;
  readonly roles: readonly Role[];
  /** Name of its machine, and since when it runs, epoch ms. */
  readonly host: string;
  readonly startedAt: number;
  /** Aborted when the process is asked to stop: what was begun is finished, nothing more is begun. */
  readonly stopping: AbortSignal;
  /** Whether this process is the one that is connected to Discord, and so may post. */
  readonly isGateway: () => boolean;
  readonly ops: Ops;
  readonly watchdog: Watchdog;
}
