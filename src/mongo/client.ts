import { type Db, MongoClient, MongoError } from 'mongodb';
import { OraError } from '../domain/errors.ts';

const SELECTION_MS = 5_000;
const SOCKET_MS = 60_000;
const CONNECTIONS = 4;

/** The old database. Nothing connects before the first command. */
export interface Mongo {
  /** Runs commands; `what` completes "MongoDB did not …". @throws OraError `unavailable` for the driver's failures. */
  ask<T>(what: string, work: (db: Db) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Opens the database that a URL names.
 *
 * @throws OraError `config` for a URL that is none, or that names no database.
 */
export function openMongo(url: string): Mongo {
  const client = makeClient(url);
  const name = databaseName(url);
  return {
    async ask(what, work) {
      try {
        // Each time: a client whose first attempt failed never tries again by itself.
        await client.connect();
        return await work(client.db(name));
      } catch (error) {
        if (!(error instanceof MongoError)) throw error;
        throw new OraError('unavailable', `MongoDB did not ${what}: ${error.message}`, { cause: error });
      }
    },
    close: () => client.close(),
  };
}

function makeClient(url: string): MongoClient {
  try {
    return new MongoClient(url, {
      appName: 'oracore',
      serverSelectionTimeoutMS: SELECTION_MS,
      connectTimeoutMS: SELECTION_MS,
      socketTimeoutMS: SOCKET_MS,
      maxPoolSize: CONNECTIONS,
      writeConcern: { w: 'majority' },
    });
  } catch (cause) {
    // The driver's own sentence may quote the URL, which holds a password.
    throw new OraError('config', 'MONGODB_URL is not a MongoDB connection string.', { cause });
  }
}

function databaseName(url: string): string {
  const name = /^mongodb(?:\+srv)?:\/\/[^/]+\/([^?]+)/.exec(url)?.[1];
  if (name !== undefined) return decodeURIComponent(name);
  throw new OraError(
    'config',
    'MONGODB_URL does not name a database. Put its name after the host: mongodb+srv://user:password@host/oracore.',
  );
}
