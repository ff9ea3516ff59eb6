import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exact } from '../../../src/domain/ledger/exact.ts';
import { exportCsv } from '../../../src/domain/ledger/export-rows.ts';
import { type LedgerFill, ORDER_SIDES } from '../../../src/domain/ledger/fill.ts';
import { guessColumns, parseColumns, writeColumns } from '../../../src/domain/ledger/import-columns.ts';
import { readImportRow } from '../../../src/domain/ledger/import-row.ts';
import { keepBook } from '../../../src/domain/ledger/keep-book.ts';
import { type KnownFill, planImport, type RowPlan } from '../../../src/domain/ledger/plan-import.ts';
import { at } from '../../support/builders.ts';
import { aFill, FILLED_AT, type FillWords, inWords } from '../../support/ledger.ts';

const NOW = FILLED_AT + 86_400_000;
const aKnown = (words: FillWords & { importKey?: string; ticker?: string } = {}): KnownFill => {
  const { importKey = null, ticker = 'NVDA', ...fill } = words;
  return { ...aFill(fill), ticker, importKey };
};

/** Reads a CSV as an import would. */
function rowsOf(csv: string) {
  const [header = '', ...lines] = csv.trimEnd().split('\n');
  const columns = guessColumns(header.split(','));
  return lines.map((line, index) => readImportRow(line.split(','), columns, { line: index + 2, now: NOW }));
}
const csv = (...lines: string[]) => ['time,ticker,side,qty,price,fee,tag,stop', ...lines].join('\n');

/** The fills that a plan would write. */
function planned(plans: readonly RowPlan[], from = 1000): KnownFill[] {
  let id = from;
  return plans.flatMap((plan) =>
    plan.outcome === 'new'
      ? plan.parts.map((part) => {
          id += 1;
          return {
            ...part,
            id,
            seq: id,
            at: plan.row.at,
            signalId: null,
            ticker: plan.row.ticker,
            importKey: plan.importKey,
          };
        })
      : [],
  );
}
const positions = (fills: readonly LedgerFill[]) =>
  keepBook(fills)
    .positions.map(inWords)
    .map(({ exits, ...position }) => ({ ...position, exits: exits.length > 0 }));

describe('planImport', () => {
  it('turns around with an exit that is larger than what is open, and says so', () => {
    const rows = rowsOf(
      csv('2026-06-10 10:00,NVDA,buy,100,10,0,,9.5', '2026-06-10 10:05,NVDA,sell,150,11,1.5,TP1,'),
    );

    const [, plan] = planImport(rows, []);

    expect(plan).toMatchObject({ outcome: 'new', flips: true });
    expect(
      planned([plan as RowPlan]).map(({ side, qty, feeUsd, tag }) => [side, `${qty}`, `${feeUsd}`, tag]),
    ).toEqual([
      ['sell', '100', '1', 'TP1'],
      ['short', '50', '0.5', 'ENTRY'],
    ]);
  });

  it('leaves out an exit that closes nothing, and never invents a short', () => {
    const rows = rowsOf(
      csv(
        '2026-06-10 10:00,NVDA,sell,20,31,1,,',
        '2026-06-10 10:05,NVDA,buy,20,30,1,,',
        '2026-06-10 10:06,NVDA,cover,5,30,0,,',
      ),
    );

    const plans = planImport(rows, []);

    expect(plans.map(({ outcome }) => outcome)).toEqual(['orphan', 'new', 'orphan']);
    expect(plans[0]).toMatchObject({ reason: 'no long NVDA was open then' });
    expect(plans[2]).toMatchObject({ reason: 'the open NVDA was long then' });
  });

  it('plans on what was open at the time of each row, in whatever order they stand', () => {
    const rows = rowsOf(csv('2026-06-10 10:05,NVDA,sell,100,11,0,,', '2026-06-10 10:00,NVDA,buy,100,10,0,,'));

    expect(planImport(rows, []).map(({ outcome }) => outcome)).toEqual(['new', 'new']);
  });

  it('knows duplicates by ticker, side, time, quantity and price, as often as they are there', () => {
    const row = '2026-06-10 10:00,NVDA,buy,100,10.00,0,,';
    const there = aKnown({ at: at('2026-06-10T14:00:00Z') });

    expect(planImport(rowsOf(csv(row, row)), [there]).map(({ outcome }) => outcome)).toEqual([
      'duplicate',
      'new',
    ]);
    expect(planImport(rowsOf(csv(row)), [{ ...there, qty: exact('99') }])[0]?.outcome).toBe('new');
  });

  it('knows the two parts of a turn again as one row', () => {
    const rows = rowsOf(csv('2026-06-10 10:00,NVDA,buy,100,10,0,,', '2026-06-10 10:05,NVDA,sell,150,11,0,,'));
    const written = planned(planImport(rows, []));

    expect(planImport(rows, written).map(({ outcome }) => outcome)).toEqual(['duplicate', 'duplicate']);
  });

  it('leaves out a stop on the side that cannot lose', () => {
    const [plan] = planImport(rowsOf(csv('2026-06-10 10:00,NVDA,buy,100,10,0,,11')), []);

    expect(plan).toMatchObject({ stopDropped: true, parts: [{ stopPrice: null }] });
  });
});

const fills = fc
  .array(
    fc.record({
      side: fc.constantFrom(...ORDER_SIDES),
      qty: fc.integer({ min: 1, max: 5_000_000 }),
      price: fc.integer({ min: 1, max: 500_000_000 }),
      fee: fc.integer({ min: 0, max: 5_000_000 }),
      minutes: fc.integer({ min: 0, max: 20 }),
      ticker: fc.constantFrom('NVDA', 'AMD'),
      stop: fc.option(fc.integer({ min: 1, max: 500_000_000 })),
    }),
    { maxLength: 12 },
  )
  .map((rows) =>
    rows.map(({ side, qty, price, fee, minutes, ticker, stop }, index) => {
      const micro = (n: number) => exact(n).dividedBy(1_000_000);
      return {
        ...aKnown({ id: index + 1, side, ticker, at: FILLED_AT + minutes * 60_000 }),
        qty: micro(qty),
        price: micro(price),
        feeUsd: micro(fee),
        stopPrice: stop === null ? null : micro(stop),
      };
    }),
  );

describe('an export', () => {
  it('imports back to the same ledger, to the last digit', () => {
    fc.assert(
      fc.property(fills, (all) => {
        const plans = planImport(rowsOf(exportCsv(all)), []);

        const written = planned(plans);

        expect(plans.every(({ outcome }) => outcome === 'new')).toBe(true);
        for (const ticker of ['NVDA', 'AMD']) {
          const own = (list: readonly KnownFill[]) =>
            positions(list.filter((fill) => fill.ticker === ticker));
          expect(own(written)).toEqual(own(all));
        }
      }),
    );
  });

  it('is known again where an exit had closed less than it says', () => {
    const fill = (id: number, side: 'buy' | 'sell', qty: number) => ({
      ...aKnown({ id, side, ticker: 'NVDA', at: FILLED_AT + (id === 1 ? 0 : 60_000) }),
      qty: exact(qty),
    });
    const kept = [fill(1, 'buy', 10), fill(2, 'sell', 15), fill(3, 'buy', 20)];

    expect(planned(planImport(rowsOf(exportCsv(kept)), kept))).toEqual([]);
  });

  it('changes nothing where it came from, nor where it was imported before', () => {
    fc.assert(
      fc.property(fills, (all) => {
        const rows = rowsOf(exportCsv(all));
        const imported = planned(planImport(rows, []));

        expect(planned(planImport(rows, all)), 'orphans and all').toEqual([]);
        expect(planned(planImport(rows, imported))).toEqual([]);
        expect(planned(planImport(rowsOf(exportCsv(imported)), imported))).toEqual([]);
      }),
    );
  });
});

describe('columns', () => {
  it('are found by the names that brokers use', () => {
    const header = ['Symbol', 'Date/Time', 'Buy/Sell', 'Quantity', 'T. Price', 'Comm/Fee'];

    const columns = guessColumns(header);

    expect(columns).toEqual({ ticker: 0, time: 1, side: 2, qty: 3, price: 4, fee: 5 });
    expect(parseColumns(writeColumns(columns, header), header)).toEqual(columns);
  });

  it('join a date and a time that stand apart', () => {
    expect(guessColumns(['Trade Date', 'Time', 'Symbol', 'Qty', 'Price'])).toMatchObject({
      date: 0,
      time: 1,
    });
    expect(guessColumns(['Date', 'Symbol', 'Qty', 'Price'])).toMatchObject({ time: 0 });
  });

  it('are refused with what the file has', () => {
    expect(() => parseColumns('price = Kurs', ['Symbol', 'Preis'])).toThrow(
      'The file has no column "Kurs". It has Symbol, Preis.',
    );
    expect(() => parseColumns('color = Symbol', ['Symbol'])).toThrow(/"color" is not a field/);
    expect(() => parseColumns('ticker = Symbol', ['Symbol'])).toThrow(
      'The file needs a column for time, qty, price.',
    );
  });
});

describe('a row', () => {
  const columns = guessColumns(['time', 'ticker', 'side', 'qty', 'price', 'fee']);
  const read = (...cells: string[]) => readImportRow(cells, columns, { line: 2, now: NOW });

  it.each([
    ['2026-06-10T14:35:00.000Z', '2026-06-10T14:35:00Z'],
    ['2026-06-10, 10:35:07', '2026-06-10T14:35:07Z'],
    ['20260610;103507', '2026-06-10T14:35:07Z'],
    ['6/10/2026 10:35:07 AM', '2026-06-10T14:35:07Z'],
    ['06/10/2026 1:05 PM', '2026-06-10T17:05:00Z'],
    ['6/10/2026 12:05 AM', '2026-06-10T04:05:00Z'],
  ])('takes the moment %s as %s', (text, instant) => {
    expect(read(text, 'NVDA', 'BOT', '1', '10', '').at).toBe(at(instant));
  });

  it.each([
    ['SLD', '5', 'sell'],
    ['Buy to Cover', '5', 'cover'],
    ['Sell Short', '5', 'short'],
    ['', '-5', 'sell'],
    ['', '5', 'buy'],
  ])('takes %j with the quantity %s as %s', (text, qty, side) => {
    const row = read('2026-06-10 10:35', 'nvda', text, qty, '$1,010.50', '-1.05');

    expect([row.side, `${row.qty}`, `${row.price}`, `${row.feeUsd}`, row.ticker]).toEqual([
      side,
      '5',
      '1010.5',
      '1.05',
      'NVDA',
    ]);
  });

  it.each([
    [['', 'NVDA', 'buy', '1', '10', ''], /It has no time/],
    [['2026-06-10 10:35', 'NVDA', 'dividend', '1', '10', ''], /"dividend" is not buy, sell, short or cover/],
    [['2026-06-10 10:35', '../etc', 'buy', '1', '10', ''], /is not a ticker/],
    [['2026-06-10 10:35', 'NVDA', 'buy', '0', '10', ''], /must be more than 0/],
    [['2026-06-10 10:35', 'NVDA', 'buy', '1', '1e5', ''], /is not a number/],
    [['2027-06-10 10:35', 'NVDA', 'buy', '1', '10', ''], /in the future/],
  ])('refuses %j with the reason', (cells, reason) => {
    expect(() => read(...cells)).toThrow(reason);
  });
});
