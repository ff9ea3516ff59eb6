import type { Desk } from '../app/desk.ts';
import type { Role } from '../domain/roles.ts';

/** Work that comes back. A plug-in: one file, one line in `all.ts`. */
export interface Job {
  readonly name: string;
  /**
   * The processes that run it: `every`, or those of a role. Of `bot`, the default, only the one that is
   * connected to Discord does, so no two ever run it at once.
   */
  readonly role?: Role | 'every';
  /** First moment after `now` at which it is due, epoch ms. */
  next(now: number, desk: Desk): number;
  run(desk: Desk): Promise<unknown>;
}
