import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { readCopied } from '../../src/db/copy.ts';
import { withDatabase } from '../support/database.ts';

const database = withDatabase();

describe('readCopied', () => {
  it('hands over text and bytes as they are', async () => {
    const rows = await readCopied(
      database.current.pool,
      sql`SELECT upper(${'word'}), decode('00ff27', 'hex') FROM generate_series(1, ${2})`,
    );

    const row = [Buffer.from('WORD'), Buffer.from([0, 255, 39])];
    expect([...rows]).toEqual([row, row]);
  });

  it.each([`x'; DROP TABLE signals; --`, 'two words', '', null, `\\`])(
    'writes no such value into a statement: %j',
    async (value) => {
      await expect(readCopied(database.current.pool, sql`SELECT ${value}`)).rejects.toThrow(
        'COPY takes no value such as',
      );
    },
  );
});
