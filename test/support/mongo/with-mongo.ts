import { MongoClient } from 'mongodb';
import { afterAll, beforeAll } from 'vitest';
import { type MongoServer, startMongoServer } from './server.ts';

/** An empty database for a file of tests. */
export interface TestMongo {
  readonly url: string;
  readonly db: ReturnType<MongoClient['db']>;
  /** Our own server, whose faults a test may set; null on the real one that TEST_MONGODB_URL names. */
  readonly local: MongoServer | null;
}

/** `const mongo = withMongo()` at the top of a file, then `mongo.current` in a test. */
export function withMongo(): { readonly current: TestMongo } {
  let open: (TestMongo & { readonly client: MongoClient }) | null = null;
  beforeAll(async () => {
    open = await openTestMongo();
  });
  afterAll(async () => {
    await open?.db.dropDatabase();
    await open?.client.close();
    await open?.local?.close();
  });
  return {
    get current() {
      if (open === null) throw new Error('the database is open inside tests and hooks only');
      return open;
    },
  };
}

async function openTestMongo() {
  const real = process.env.TEST_MONGODB_URL;
  const local = real === undefined ? await startMongoServer() : null;
  const url = new URL(real ?? `mongodb://127.0.0.1:${local?.port}`);
  const name = `oracore_test_${process.pid}_${Date.now().toString(36)}`;
  url.pathname = `/${name}`;
  const client = new MongoClient(url.href);
  return { url: url.href, client, db: client.db(name), local };
}

/** Whether faults can be set, which only our own server knows how to have. */
export const HAS_FAULTS = process.env.TEST_MONGODB_URL === undefined;
