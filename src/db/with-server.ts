import { join } from 'node:path';
import { OraError } from '../domain/errors.ts';
import { startEmbedded } from './embedded.ts';
import type { MigrateOptions } from './migrate.ts';
import type { DatabaseOptions } from './open.ts';

/** Runs work on the server that is named, or on the embedded one, before its tables are touched. */
export async function withServer<T>(
  options: DatabaseOptions,
  work: (server: MigrateOptions) => Promise<T>,
): Promise<T> {
  const { dataDir, fresh = false, url, ...connecting } = options;
  if (fresh) throw new OraError('config', 'Only the sandbox begins with an empty database.');
  if (url !== undefined) return work({ ...connecting, url });
  const embedded = await startEmbedded({ dataDir: join(dataDir, 'postgres'), log: options.log });
  try {
    return await work({ ...connecting, tls: 'off', url: embedded.url });
  } finally {
    await embedded.stop();
  }
}
