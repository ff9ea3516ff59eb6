import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { stopEmbedded } from '../../src/db/embedded.ts';
import { dropDatabases } from './database-admin.ts';
import { quiet } from './quiet-log.ts';

/** What a test file is told of this run. */
export interface TestRun {
  /** Begins the name of every database of this run. */
  readonly prefix: string;
  /** Where the embedded server of this run lives; the first test that needs a database starts it. */
  readonly folder: string;
  /** A server to use instead. */
  readonly url: string | null;
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly databases: TestRun;
  }
}

/** Names the run's databases, and clears them away at its end. Nothing starts unless a test asks for a database. */
export function setup(project: TestProject): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'oracore-test-'));
  chmodSync(folder, 0o755); // as root, the server's user must be able to enter
  const url = process.env.TEST_DATABASE_URL || null;
  const prefix = `oracore_test_${process.pid}_${Date.now().toString(36)}`;
  project.provide('databases', { prefix, folder, url });
  return async () => {
    if (url === null) await stopEmbedded({ dataDir: folder, log: quiet });
    else await dropDatabases(url, prefix);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
}
