import { setTimeout as sleep } from 'node:timers/promises';
import type { LegacyDesk } from '../../../src/app/legacy/legacy-desk.ts';
import type { Stores } from '../../../src/app/ports.ts';
import type { LegacyMapping } from '../../../src/domain/legacy/mapping.ts';
import { type Mongo, openMongo } from '../../../src/mongo/client.ts';
import { withHash } from '../../../src/mongo/mapping-file.ts';
import { createLegacySource } from '../../../src/mongo/source.ts';
import { quiet } from '../quiet-log.ts';
import { aSettings } from '../settings.ts';
import { type MessyDocument, statedMapping } from './messy.ts';
import type { TestMongo } from './with-mongo.ts';

export interface TestLegacyDesk extends LegacyDesk, AsyncDisposable {
  readonly mongo: Mongo;
}

/** What the steps of leaving MongoDB work with, over the real driver. */
export function aLegacyDesk(
  url: string,
  stores: Stores,
  mapping: LegacyMapping = statedMapping(),
): TestLegacyDesk {
  const mongo = openMongo(url);
  return {
    mongo,
    stores,
    log: quiet,
    settings: aSettings(),
    source: createLegacySource(mongo),
    mapping,
    mappingHash: withHash(mapping).hash,
    actor: 'tester',
    wait: (ms) => sleep(Math.min(ms, 20)),
    [Symbol.asyncDispose]: () => mongo.close(),
  };
}

/** Puts documents into their collections. */
export async function seedMongo(db: TestMongo['db'], documents: Iterable<MessyDocument>): Promise<void> {
  for (const [collection, group] of Map.groupBy(documents, (each) => each.collection)) {
    for (let start = 0; start < group.length; start += 5000) {
      await db
        .collection(collection)
        .insertMany(group.slice(start, start + 5000).map(({ document }) => document));
    }
  }
}
