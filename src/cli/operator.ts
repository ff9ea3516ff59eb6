import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { Services } from '../app/services.ts';
import type { Database } from '../db/open.ts';

/** What operator commands work with: everything but Discord and charts. */
export type OperatorServices = Pick<
  Services,
  'stores' | 'market' | 'models' | 'log' | 'settings' | 'database'
>;

export interface OperatorTools {
  /** Opens the configured database, runs the work, closes it again. */
  withServices<T>(work: (services: OperatorServices, database: Database) => Promise<T>): Promise<T>;
  /** One line for the person at the terminal. */
  say(line: string): void;
  readonly now: () => number;
}

/** An `oracore` command. A plug-in: one file, one line in `all.ts`. */
export type OperatorCommand = (program: Command, tools: OperatorTools) => void;

/** Who sits at the terminal, for the audit log. */
export function operatorName(): string {
  return `terminal:${userInfo().username}`;
}
