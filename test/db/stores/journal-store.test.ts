import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import type { BookChange, StoredFill } from '../../../src/app/journal/journal-ports.ts';
import type { ExitGroup } from '../../../src/domain/ledger/journal-stats.ts';
import { keepBook } from '../../../src/domain/ledger/keep-book.ts';
import type { Position } from '../../../src/domain/ledger/position.ts';
import { at } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';
import { aNewFill, writeFills } from '../../support/journal.ts';
import { type JournalCase, journalCases } from '../../support/journal-cases.ts';
import { FILLED_AT, inWords } from '../../support/ledger.ts';

const database = withDatabase();
const journal = () => database.current.stores.journal;
const rows = async (sql: string, values: unknown[] = []) =>
  (await database.current.pool.query(sql, values)).rows;

const AUDIT = { action: 'test', target: 'NVDA', details: {} };
const add = (...fills: BookChange['add']): BookChange => ({ add: fills, voids: [], audit: AUDIT });
let interactions = 0;
const request = (traderId: string, tickers = ['NVDA']) => {
  interactions += 1;
  return { traderId, tickers, interactionId: `i-${interactions}`, now: FILLED_AT };
};

/** Writes a case through the store as people would: each fill an interaction, voids and replacements after it. */
async function play({ fills }: JournalCase, traderId: string): Promise<void> {
  const ids: number[] = [];
  for (const { at: filledAt, side, qty, price, fee, tag = 'ENTRY', stop, replaces } of fills) {
    const replacesId = ids[(replaces ?? 0) - 1];
    const row = aNewFill({
      at: at(filledAt),
      side,
      qty,
      price,
      feeUsd: fee,
      tag,
      ...(stop !== undefined && { stopPrice: stop }),
      ...(replacesId !== undefined && { replacesId }),
    });
    const voids = replacesId === undefined ? [] : [{ id: replacesId, reason: 'typed wrongly' }];
    const written = await journal().change(request(traderId), () => ({ ...add(row), voids }));
    ids.push(written.fills[0]?.id ?? 0);
  }
}

/** The derived rows, as plain SQL reads them. */
async function storedPositions(traderId: string) {
  return rows(
    `SELECT p.side, p.qty_entered::text AS "qtyEntered", p.qty_open::text AS "qtyOpen", p.average_entry AS "averageEntry",
       p.cost_fifo::text AS "costFifo", p.cost_average::text AS "costAverage", p.realised_fifo::text AS "realisedFifo",
       p.realised_average::text AS "realisedAverage", p.fees_usd::text AS fees, p.risk_usd::text AS risk, p.r::text AS r,
       p.closed_at AS "closedAt",
       (SELECT coalesce(json_agg(json_build_object('qty', x.qty::text, 'fifo', x.pnl_fifo::text,
          'average', x.pnl_average::text, 'r', x.r::text, 'date', x.day) ORDER BY x.exited_at, x.execution_id), '[]')
        FROM ledger_exits x WHERE x.trader_id = p.trader_id AND x.position_id = p.position_id) AS exits
     FROM ledger_positions p WHERE trader_id = $1 ORDER BY opened_at, position_id`,
    [traderId],
  );
}

function asStored(position: Position) {
  const { averageEntry, closedAt, ...words } = inWords(position);
  return {
    ...words,
    averageEntry: position.averageEntry.toFixed(6),
    closedAt: closedAt === null ? null : new Date(closedAt),
  };
}

const live = (fills: readonly StoredFill[]) => fills.filter(({ voidedAt }) => voidedAt === null);

describe('the journal cases, written and read back', () => {
  it.each(journalCases().map((one) => [one.name, one] as const))('%s', async (name, one) => {
    await play(one, name);

    const rebuilt = keepBook(live(await journal().fills({ traderId: name })));

    expect(rebuilt.positions.map(inWords)).toEqual(one.positions);
    expect(await storedPositions(name)).toEqual(rebuilt.positions.map(asStored));
  });

  it.each(journalCases().map((one) => [one.name, one] as const))(
    'can be derived again from the executions alone: %s',
    async (name, one) => {
      const traderId = `${name} again`;
      await play(one, traderId);
      const before = await storedPositions(traderId);
      await rows('DELETE FROM ledger_positions WHERE trader_id = $1', [traderId]);
      await rows('UPDATE orders SET broker = $1 WHERE trader_id = $2', ['noticed', traderId]);

      await journal().refresh();

      expect(await storedPositions(traderId)).toEqual(before);
    },
  );
});

describe('a change', () => {
  it('writes the executions, the audit log and the positions together, or nothing', async () => {
    const refused = journal().change(request('ann'), () => {
      throw new Error('no');
    });
    await expect(refused).rejects.toThrow('no');
    expect(await rows(`SELECT FROM orders WHERE trader_id = 'ann'`)).toEqual([]);

    const { fills, outcome, books } = await journal().change(request('ann'), () => add(aNewFill()));

    expect(outcome).toBe('written');
    expect(fills).toMatchObject([{ ticker: 'NVDA', side: 'buy', traderId: 'ann', voidedAt: null }]);
    expect(books.get('NVDA')?.open?.qtyOpen.toFixed()).toBe('100');
    expect(await rows(`SELECT action, details FROM audit_log WHERE actor = 'ann'`)).toEqual([
      { action: 'test', details: { added: [fills[0]?.id], voided: [] } },
    ]);
  });

  it('is done once, however often its interaction arrives', async () => {
    const once = request('ben');

    const [first, second] = await Promise.all([
      journal().change(once, () => add(aNewFill(), aNewFill({ qty: '5' }))),
      journal().change(once, () => add(aNewFill(), aNewFill({ qty: '5' }))),
    ]);

    expect([first.outcome, second.outcome].toSorted()).toEqual(['repeated', 'written']);
    expect(second.fills).toEqual(first.fills);
    expect(second.books.get('NVDA')?.open?.qtyOpen.toFixed()).toBe('105');
  });

  it('sees what another one wrote a moment before', async () => {
    const exitAll = (fills: ReadonlyMap<string, readonly StoredFill[]>): BookChange => {
      const { open } = keepBook(live(fills.get('NVDA') ?? []));
      if (open === null) throw new Error('nothing is open');
      return add(aNewFill({ side: 'sell', at: FILLED_AT + 1, tag: 'EXIT', qty: open.qtyOpen.toFixed() }));
    };
    await journal().change(request('cid'), () => add(aNewFill()));

    const both = await Promise.allSettled([
      journal().change(request('cid'), exitAll),
      journal().change(request('cid'), exitAll),
    ]);

    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(
      await rows(`SELECT e.qty FROM executions e JOIN orders o ON o.id = e.order_id
      WHERE o.trader_id = 'cid' AND o.side = 'sell'`),
    ).toEqual([{ qty: '100' }]);
  });

  it('voids and replaces, and deletes nothing', async () => {
    const { fills } = await journal().change(request('dan'), () => add(aNewFill({ qty: '1000' })));
    const id = fills[0]?.id ?? 0;

    await journal().change(request('dan'), () => ({
      ...add(aNewFill({ replacesId: id })),
      voids: [{ id, reason: 'typed a nought too many' }],
    }));

    const kept = await journal().fills({ traderId: 'dan' });
    expect(kept.map(({ qty, voidReason, seq }) => [`${qty}`, voidReason, seq])).toEqual([
      ['1000', 'typed a nought too many', id],
      ['100', null, id],
    ]);
    expect(await rows(`SELECT status FROM orders WHERE trader_id = 'dan' ORDER BY id`)).toEqual([
      { status: 'voided' },
      { status: 'filled' },
    ]);
  });

  it('changes several books at once without two changes waiting for each other', async () => {
    const fills = [aNewFill({ ticker: 'AAA' }), aNewFill({ ticker: 'BBB' })];

    const all = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        journal().change(request('eve', index % 2 === 0 ? ['AAA', 'BBB'] : ['BBB', 'AAA']), () =>
          add(...fills),
        ),
      ),
    );

    expect(all.every(({ outcome }) => outcome === 'written')).toBe(true);
    const open = await rows(`SELECT qty_open FROM ledger_positions WHERE trader_id = 'eve'`);
    expect(open).toEqual([{ qty_open: '600' }, { qty_open: '600' }]);
  });
});

describe('a fill of somebody else', () => {
  it('is noticed and derived', async () => {
    await writeFills(database.current.stores, 'fay', aNewFill());
    await rows(`INSERT INTO executions (order_id, filled_at, qty, price)
      SELECT id, now(), 11, 10 FROM orders WHERE trader_id = 'fay'`);

    const refreshed = await journal().refresh();

    expect(refreshed).toBe(1);
    expect(await rows(`SELECT qty_open FROM ledger_positions WHERE trader_id = 'fay'`)).toEqual([
      { qty_open: '111' },
    ]);
    expect(await journal().refresh()).toBe(0);
  });

  it('that is deleted with its order is gone from the book', async () => {
    await writeFills(database.current.stores, 'gus', aNewFill());
    await rows(`DELETE FROM orders WHERE trader_id = 'gus'`);

    await journal().refresh();

    expect(await rows(`SELECT FROM ledger_positions WHERE trader_id = 'gus'`)).toEqual([]);
  });
});

describe('moved stops', () => {
  it('keep every move, the last one counts, one interaction moves once', async () => {
    const [id = 0] = await writeFills(database.current.stores, 'hal', aNewFill());
    const ref = await journal().position('hal', id);
    if (ref === null) throw new Error('there is no position');
    const move = (stop: string, interactionId: string) =>
      journal().moveStop(ref, { stop: new Decimal(stop), interactionId, now: FILLED_AT });

    expect(await move('9.5', 'm1')).toBe('moved');
    expect(await move('9.8', 'm2')).toBe('moved');
    expect(await move('1', 'm2')).toBe('repeated');

    expect((await journal().movedStops([id])).get(id)?.toFixed()).toBe('9.8');
    await expect(rows('DELETE FROM stop_moves')).rejects.toThrow('never changed');
  });

  it('are the trader’s own', async () => {
    const [id = 0] = await writeFills(database.current.stores, 'ida', aNewFill());

    expect(await journal().position('hal', id)).toBeNull();
  });
});

describe('a correction', () => {
  it('stands where the first of its line stood, however often it was corrected', async () => {
    const correct = async (id: number, price: string) => {
      const voids = [{ id, reason: 'typed wrongly' }];
      const row = aNewFill({ price, replacesId: id });
      const { fills } = await journal().change(request('moe'), () => ({ ...add(row), voids }));
      return fills[0]?.id ?? 0;
    };
    const first = await writeFills(database.current.stores, 'moe', aNewFill(), aNewFill({ price: '20' }));
    const [id = 0, other = 0] = first;

    const last = await correct(await correct(await correct(id, '11'), '12'), '13');

    const fills = live(await journal().fills({ traderId: 'moe' }));
    expect(fills.map((fill) => [fill.id, fill.seq])).toEqual([
      [last, id],
      [other, other],
    ]);
    expect(await journal().position('moe', id), 'the position keeps its number').not.toBeNull();
  });
});

describe('a draft', () => {
  it('is used once, by its trader', async () => {
    const id = await journal().saveDraft({
      traderId: 'jim',
      kind: 'fill',
      payload: { qty: '1' },
      createdAt: FILLED_AT,
    });

    expect(await journal().settleDraft('kim', id, FILLED_AT)).toBeNull();
    expect(await journal().draft('jim', id)).toMatchObject({ kind: 'fill', payload: { qty: '1' } });
    const both = await Promise.all([
      journal().settleDraft('jim', id, FILLED_AT),
      journal().settleDraft('jim', id, FILLED_AT),
    ]);

    expect(both.filter((draft) => draft !== null)).toHaveLength(1);
    expect(await journal().draft('jim', id)).toBeNull();
  });
});

describe('what statistics read', () => {
  it('reconciles with plain SQL over the executions alone', async () => {
    const traderId = 'lea';
    const HOUR = 3_600_000;
    for (const [index, ticker] of ['AAA', 'BBB', 'CCC'].entries()) {
      const fill = (overrides: Parameters<typeof aNewFill>[0]) =>
        aNewFill({ ticker, feeUsd: '0.35', ...overrides });
      await writeFills(
        database.current.stores,
        traderId,
        fill({ qty: '30', price: '10.01', stopPrice: '9.51' }),
      );
      await writeFills(
        database.current.stores,
        traderId,
        fill({ side: 'sell', tag: 'TP1', qty: '10', price: '10.77', at: FILLED_AT + HOUR }),
      );
      await writeFills(
        database.current.stores,
        traderId,
        fill({ side: 'sell', tag: 'STOP', qty: '20', price: `9.${index}3`, at: FILLED_AT + 24 * HOUR }),
      );
    }
    const period = { traderId, from: null, to: null };

    const exits = await journal().exits(period);
    const sums = await journal().sums(period);
    const secondDay = { traderId, from: '2026-06-11', to: '2026-06-11' };

    const [cash] = await rows(
      `SELECT sum(CASE o.side WHEN 'sell' THEN 1 ELSE -1 END * e.qty * e.price - e.fee)::text AS total
       FROM executions e JOIN orders o ON o.id = e.order_id WHERE o.trader_id = $1 AND e.voided_at IS NULL`,
      [traderId],
    );
    const sum = (all: readonly { readonly pnl: Decimal }[]) =>
      all.reduce((total, { pnl }) => total.plus(pnl), new Decimal(0)).toFixed(6);
    for (const group of [exits, sums.byDay, sums.byTag, sums.byTicker, sums.byHour, sums.byWeekday])
      expect(sum(group)).toBe(cash?.total);
    expect(sums.gains.plus(sums.losses).toFixed(6)).toBe(cash?.total);
    expect(exits.map(({ day, tag }) => [day, tag])).toEqual([
      ...Array(3).fill(['2026-06-10', 'TP1']),
      ...Array(3).fill(['2026-06-11', 'STOP']),
    ]);
    expect(await journal().exits(secondDay)).toHaveLength(3);
    expect((await journal().sums(secondDay)).byDay).toMatchObject([{ name: '2026-06-11', exits: 3 }]);
    const [days] = await rows(
      `SELECT sum(pnl_fifo)::text AS total, sum(exits)::int AS n FROM dashboard.journal_days WHERE trader_id = $1`,
      [traderId],
    );
    expect(days).toEqual({ total: cash?.total, n: 6 });
  });

  it('adds up each kind of group, the largest fall and the trades, exit by exit', async () => {
    const trade = async (ticker: string, opened: string, pnl: string, tag: 'TP1' | 'STOP' | 'EXIT') => {
      const from = at(opened);
      const stop = tag === 'EXIT' ? {} : { stopPrice: '9' };
      await writeFills(
        database.current.stores,
        'mia',
        aNewFill({ ticker, at: from, ...stop }),
        aNewFill({
          ticker,
          at: from + 60_000,
          side: 'sell',
          tag,
          price: new Decimal(pnl).dividedBy(100).plus(10).toFixed(),
        }),
      );
    };
    await trade('AAA', '2026-06-08T13:31:00Z', '100', 'TP1');
    await trade('BBB', '2026-06-08T14:10:00Z', '-30.1', 'EXIT');
    await trade('AAA', '2026-06-09T14:20:00Z', '20.2', 'TP1');
    await trade('CCC', '2026-12-09T14:40:00Z', '-60', 'STOP');
    await trade('AAA', '2026-12-09T15:00:00Z', '0', 'STOP');
    await trade('BBB', '2026-12-10T15:00:00Z', '50', 'TP1');

    await rows(
      `UPDATE executions SET tag = NULL WHERE tag = 'EXIT' AND order_id IN (SELECT id FROM orders WHERE trader_id = 'mia')`,
    );
    await journal().refresh();

    const sums = await journal().sums({ traderId: 'mia', from: null, to: null });

    const told = (groups: readonly ExitGroup[]) =>
      Object.fromEntries(groups.map(({ name, exits, won, pnl }) => [name, [exits, won, pnl.toFixed()]]));
    expect(told(sums.byTicker)).toEqual({
      AAA: [3, 2, '120.2'],
      BBB: [2, 1, '19.9'],
      CCC: [1, 0, '-60'],
    });
    expect(told(sums.byTag)).toEqual({
      TP1: [3, 3, '170.2'],
      STOP: [2, 0, '-60'],
      'no tag': [1, 0, '-30.1'],
    });
    expect(told(sums.byHour), 'New York hours, in summer and in winter').toEqual({
      '09:00': [2, 1, '40'],
      '10:00': [4, 2, '40.1'],
    });
    expect(told(sums.byWeekday)).toEqual({
      Mon: [2, 1, '69.9'],
      Tue: [1, 1, '20.2'],
      Wed: [2, 0, '-60'],
      Thu: [1, 1, '50'],
    });
    expect(Object.keys(told(sums.byDay)).toSorted()).toEqual([
      '2026-06-08',
      '2026-06-09',
      '2026-12-09',
      '2026-12-10',
    ]);
    expect(sums.drawdown.toFixed(), 'from 100 to 30.1').toBe('69.9');
    expect([sums.gains.toFixed(), sums.losses.toFixed()]).toEqual(['170.2', '-90.1']);
    expect(sums.signs).toEqual([1, -1, 1, -1, 0, 1]);
    expect(sums.rs, 'one began without a stop').toEqual([1, 0.202, -0.6, 0, 0.5]);
    expect(sums.sumR.toFixed()).toBe('1.102');
    const losing = await journal().sums({ traderId: 'mia', from: '2026-12-09', to: '2026-12-09' });
    expect(losing.drawdown.toFixed(), 'from nothing too').toBe('60');
  });

  it('is nothing for who traded nothing', async () => {
    const sums = await journal().sums({ traderId: 'nobody', from: null, to: null });

    expect(sums).toMatchObject({ byDay: [], byTag: [], signs: [], rs: [] });
    expect([sums.drawdown, sums.gains, sums.fees].map((sum) => sum.toFixed())).toEqual(['0', '0', '0']);
  });
});
