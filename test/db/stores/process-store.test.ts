import { describe, expect, it } from 'vitest';
import { withDatabase } from '../../support/database.ts';
import { FIRED_AT } from '../../support/signals.ts';
import { aScan, aWatch, placeNewCards, seedDetectors } from '../../support/stored-desk.ts';

const NOW = FIRED_AT + 60_000;
const LEASE = 60_000;

describe('processes on one database', () => {
  const database = withDatabase();
  const aProcess = (id: string, seenAt = NOW) =>
    ({
      id,
      roles: ['scanner'],
      host: 'h',
      codeVersion: '1',
      startedAt: NOW,
      seenAt,
      gateway: false,
    }) as const;

  it('are known while they say that they are there, and forgotten later', async () => {
    const { processes } = database.current.stores;
    await processes.seen(aProcess('old', NOW - 600_000), 0);
    await processes.seen(aProcess('a'), 0);
    await processes.seen({ ...aProcess('a', NOW + 10_000), gateway: true }, NOW - 300_000);

    const known = await processes.since(0);

    expect(known).toEqual([{ ...aProcess('a', NOW + 10_000), gateway: true }]);
    expect(await processes.since(NOW + 20_000)).toEqual([]);
  });

  it('give back all they have claimed when they leave, and nobody else’s', async () => {
    const { stores, pool } = database.current;
    await seedDetectors(stores);
    await stores.signals.recordScan(aScan(await aWatch(stores, 'AAPL')));
    await placeNewCards(stores, NOW);
    const closed = new Map([['5m', NOW] as const]);
    const claim = { by: 'leaving', now: NOW, leaseMs: LEASE };
    await stores.cards.claim(claim);
    await stores.watches.claimDue(closed, claim);
    await stores.leases.take('label AAPL 5m', claim);
    await stores.leases.take('label NVDA 5m', { ...claim, by: 'staying' });

    await stores.processes.leave('leaving', NOW);

    const other = { ...claim, by: 'other' };
    expect(await stores.cards.claim(other), 'it may have been posted').toMatchObject({ resumed: true });
    expect((await stores.watches.claimDue(closed, other)).watches).toHaveLength(1);
    expect(await stores.leases.take('label AAPL 5m', other)).toBe(true);
    expect(await stores.leases.take('label NVDA 5m', other)).toBe(false);
    expect((await pool.query(`SELECT state FROM cards`)).rows).toEqual([{ state: 'sending' }]);
  });
});

describe('a lease', () => {
  const database = withDatabase();
  const claim = (by: string, now = NOW) => ({ by, now, leaseMs: LEASE });

  it('is its holder’s until it runs out or is given back', async () => {
    const { leases } = database.current.stores;

    expect(await leases.take('a', claim('one'))).toBe(true);
    expect(await leases.take('a', claim('one', NOW + 1)), 'its own is renewed').toBe(true);
    expect(await leases.take('a', claim('other', NOW + LEASE))).toBe(false);
    expect(await leases.take('a', claim('other', NOW + LEASE + 1))).toBe(true);
    await leases.giveBack('a', 'one');
    expect(await leases.take('a', claim('third', NOW + LEASE + 2)), 'not one’s to give').toBe(false);
    await leases.giveBack('a', 'other');
    expect(await leases.take('a', claim('third', NOW + LEASE + 2))).toBe(true);
  });

  it('goes to one of many who ask at once', async () => {
    const { leases } = database.current.stores;
    const names = ['a', 'b', 'c', 'd', 'e'];

    const taken = await Promise.all(names.map((by) => leases.take('rush', claim(by))));

    expect(taken.filter(Boolean)).toHaveLength(1);
  });
});
