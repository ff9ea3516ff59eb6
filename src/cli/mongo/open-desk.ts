import { userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LegacyDesk } from '../../app/legacy/legacy-desk.ts';
import { readDatabaseConfig } from '../../config.ts';
import { OraError } from '../../domain/errors.ts';
import { type Mongo, openMongo } from '../../mongo/client.ts';
import { type MappingFile, readMappingFile } from '../../mongo/mapping-file.ts';
import { createLegacySource } from '../../mongo/source.ts';
import type { OperatorTools } from '../operator.ts';

export const MAPPING_OPTION = [
  '--mapping <file>',
  'from old fields to our tables',
  'mongo-mapping.json',
] as const;

/** Opens both databases, runs the work, closes them again. @throws OraError `config` without MONGODB_URL. */
export async function withLegacyDesk<T>(
  { withServices }: OperatorTools,
  mappingPath: string,
  work: (desk: LegacyDesk) => Promise<T>,
): Promise<T> {
  const file = await readMappingFile(mappingPath);
  return withMongo((mongo) => withServices((services) => work(toDesk(services, mongo, file))));
}

function toDesk(
  services: Pick<LegacyDesk, 'stores' | 'log' | 'settings'>,
  mongo: Mongo,
  { mapping, hash }: MappingFile,
): LegacyDesk {
  return {
    stores: services.stores,
    log: services.log,
    settings: services.settings,
    source: createLegacySource(mongo),
    mapping,
    mappingHash: hash,
    actor: userInfo().username,
    wait: (ms) => sleep(ms),
  };
}

/** Opens the old database alone. @throws OraError `config` without MONGODB_URL. */
export async function withMongo<T>(work: (mongo: Mongo) => Promise<T>): Promise<T> {
  const { MONGODB_URL } = readDatabaseConfig();
  if (MONGODB_URL === undefined) {
    throw new OraError(
      'config',
      'MONGODB_URL is missing: it names the old MongoDB. Set it in the environment or in .env.',
    );
  }
  const mongo = openMongo(MONGODB_URL);
  try {
    return await work(mongo);
  } finally {
    await mongo.close();
  }
}
