import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '../src/db/embedded.ts';
import { type Database, openDatabase } from '../src/db/open.ts';
import { quiet } from '../test/support/quiet-log.ts';

const STATEMENT_TIMEOUT_MS = 600_000;

/**
 * Runs work on an embedded Postgres of its own, as a user would have it: fsync on, nothing tuned. The URL is
 * for processes that measure beside this one.
 */
export async function withBenchDatabase<T>(
  work: (database: Database, url: string) => Promise<T>,
): Promise<T> {
  const dataDir = mkdtempSync(join(tmpdir(), 'oracore-bench-'));
  chmodSync(dataDir, 0o755); // root's server runs as another user
  try {
    const server = await startEmbedded({ dataDir: join(dataDir, 'postgres'), log: quiet });
    try {
      const { url } = server;
      const database = await openDatabase({
        url,
        dataDir,
        statementTimeoutMs: STATEMENT_TIMEOUT_MS,
        log: quiet,
      });
      try {
        return await work(database, url);
      } finally {
        await database.close();
      }
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
