import { syncDetectors } from '../app/scan/sync-detectors.ts';
import { readDatabaseConfig, SECRET_VARIABLES } from '../config.ts';
import { type Database, openDatabase } from '../db/open.ts';
import { secretsOf } from '../hide-secrets.ts';
import { createLogger } from '../logger.ts';
import { createYahooSource } from '../market/yahoo.ts';
import { createOnnxRuntime } from '../ml/onnx-runtime.ts';
import { databaseOptionsOf, marketOptionsOf, settingsOf } from '../settings.ts';
import type { OperatorServices } from './operator.ts';

/** Opens what the environment names, beside a running bot or without one, and closes it again. */
export async function withServices<T>(
  work: (services: OperatorServices, database: Database) => Promise<T>,
): Promise<T> {
  const config = readDatabaseConfig();
  const log = createLogger(config.LOG_LEVEL, {
    destination: process.stderr,
    secrets: secretsOf(config, SECRET_VARIABLES),
  });
  await using resources = new AsyncDisposableStack();
  const database = await openDatabase({ ...databaseOptionsOf(config), log });
  resources.defer(() => database.close());
  await syncDetectors(database);
  const market = createYahooSource({ ...marketOptionsOf(config), log, now: Date.now });
  const services: OperatorServices = {
    stores: database.stores,
    database: database.status,
    market,
    models: createOnnxRuntime(),
    log,
    settings: settingsOf(config, { origin: 'live', alertChannelId: '' }),
  };
  return await work(services, database);
}
