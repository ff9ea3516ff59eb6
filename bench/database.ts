import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '../src/app/ports.ts';
import { startEmbedded } from '../src/db/embedded.ts';
import { type Database, openDatabase } from '../src/db/open.ts';

const silent: Logger = {
  debug() {},
  info() {},
  warn() {},
  error: (data, message) => console.error(message, data),
};
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
    const server = await startEmbedded({ dataDir: join(dataDir, 'postgres'), log: silent });
    try {
      const { url } = server;
      const database = await openDatabase({
        url,
        dataDir,
        statementTimeoutMs: STATEMENT_TIMEOUT_MS,
        log: silent,
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
