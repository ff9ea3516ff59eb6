import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mongo, openMongo } from '../../src/mongo/client.ts';
import { applyStep, planHardening } from '../../src/mongo/harden.ts';
import { withMongo } from '../support/mongo/with-mongo.ts';

const COLLECTIONS = ['prediction_data', 'scanner_hits', 'trade_logs'];

describe('hardening the old MongoDB', () => {
  const mongo = withMongo();
  let connection: Mongo;
  const hits = () => mongo.current.db.collection('scanner_hits');
  const optionsOf = async (name: string) => {
    const [found] = await mongo.current.db.listCollections({ name }).toArray();
    return found && 'options' in found ? found.options : undefined;
  };
  beforeAll(async () => {
    connection = openMongo(mongo.current.url);
    await hits().insertOne({ ticker: ' aapl', timestamp: new Date(), roi: 0.1 });
    await mongo.current.db.collection('trade_logs').insertOne({ ticker: 'MSFT' });
    await mongo.current.db.collection('prediction_data').insertOne({ ticker: 'MSFT', run_id: 'r1' });
  });
  afterAll(() => connection.close());

  it('plans what Route A and section 6 of the report ask for, warnings before refusals', () => {
    const plan = planHardening({ enforce: false, collections: COLLECTIONS }).map(({ shell }) => shell);

    expect(plan[0]).toContain('mongodump');
    expect(plan).toContain('db.scanner_hits.createIndex({ticker: 1, timestamp: -1})');
    expect(plan).toContain('db.scanner_hits.createIndex({ticker: 1, roi: -1})');
    expect(plan).toContain('db.symbols.createIndex({ticker: 1, exchange: 1}, { unique: true })');
    expect(plan).toContain('db.signals.createIndex({symbol_id: 1, timeframe: 1, fired_at: -1})');
    expect(plan.join('\n')).toMatch(/validationAction: "warn"/);
    expect(plan.join('\n')).not.toMatch(/validationAction: "error"/);
    expect(plan.join('\n')).toMatch(/run_id[\s\S]*created_at[\s\S]*backup/);
  });

  it('applies each command, and applying again changes nothing', async () => {
    const apply = async () => {
      const done: string[] = [];
      for (const step of planHardening({ enforce: false, collections: COLLECTIONS })) {
        done.push(await applyStep(connection, step));
      }
      return done;
    };

    const first = await apply();
    const second = await apply();

    expect(first.filter((each) => each === 'by hand')).toHaveLength(3);
    expect(first).toContain('1 changed');
    expect(second.filter((each) => each.endsWith('changed') && each !== '0 changed')).toEqual([]);
    expect(await hits().findOne({})).toMatchObject({
      ticker: 'AAPL',
      run_id: 'before-hardening',
      created_at: expect.any(Date),
    });
    expect(await mongo.current.db.collection('prediction_data').findOne({})).toMatchObject({ run_id: 'r1' });
    expect((await hits().indexes()).map(({ key }) => Object.keys(key).join(' '))).toEqual(
      expect.arrayContaining(['_id', 'ticker timestamp', 'run_id ticker', 'ticker roi']),
    );
    expect(await optionsOf('scanner_hits')).toMatchObject({
      validationLevel: 'moderate',
      validationAction: 'warn',
    });
  });

  it('refuses what does not pass only when it is asked to', async () => {
    for (const step of planHardening({ enforce: true, collections: COLLECTIONS })) {
      if (step.shell.includes('collMod')) await applyStep(connection, step);
    }

    expect(await optionsOf('scanner_hits')).toMatchObject({ validationAction: 'error' });
  });
});
