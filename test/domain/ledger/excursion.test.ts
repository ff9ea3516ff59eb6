import { describe, expect, it } from 'vitest';
import { exact } from '../../../src/domain/ledger/exact.ts';
import { type ClosedCandle, leftOnTable, measureExcursion } from '../../../src/domain/ledger/excursion.ts';
import { keepBook } from '../../../src/domain/ledger/keep-book.ts';
import { markPosition } from '../../../src/domain/ledger/mark-position.ts';
import { isFarFromCandle } from '../../../src/domain/ledger/question-fill.ts';
import { aFill, FILLED_AT, type FillWords } from '../../support/ledger.ts';

const MINUTE = 60_000;
/** A 5m candle that opens so many minutes after the first fill. */
const aCandle = (minutes: number, low: number, high: number): ClosedCandle => ({
  ts: FILLED_AT + minutes * MINUTE,
  closedAt: FILLED_AT + (minutes + 5) * MINUTE,
  low,
  high,
});
const positionOf = (...fills: FillWords[]) => {
  const [position] = keepBook(fills.map((words, index) => aFill({ id: index + 1, ...words }))).positions;
  if (position === undefined) throw new Error('no position');
  return position;
};
const bought: FillWords = { qty: '100', price: '10', stopPrice: '9' };
const soldAt = (minutes: number, price: string, qty = '100'): FillWords => ({
  side: 'sell',
  at: FILLED_AT + minutes * MINUTE,
  price,
  qty,
});
const words = (excursion: ReturnType<typeof measureExcursion>) =>
  excursion &&
  [excursion.mae, excursion.mfe].map(({ usd, r, at }) => [
    usd.toFixed(),
    r?.toFixed(),
    (at - FILLED_AT) / MINUTE,
  ]);

describe('measureExcursion', () => {
  it('takes the worst and the best of candles that lie wholly within the trade', () => {
    const position = positionOf(bought, soldAt(20, '10.50'));

    const found = measureExcursion(
      position,
      [aCandle(0, 9.2, 10.1), aCandle(5, 9.8, 12), aCandle(15, 10, 11)],
      0,
    );

    expect(words(found)).toEqual([
      ['-80', '-0.8', 5],
      ['200', '2', 10],
    ]);
  });

  it('does not count what a candle did before the entry or after the exit', () => {
    const position = positionOf(bought, soldAt(12, '10.50'));

    const found = measureExcursion(
      position,
      [aCandle(-3, 1, 99), aCandle(5, 9.9, 10.2), aCandle(10, 1, 99)],
      0,
    );

    expect(words(found), 'the fills themselves count').toEqual([
      ['-10', '-0.1', 10],
      ['50', '0.5', 12],
    ]);
  });

  it('mirrors for a short', () => {
    const position = positionOf(
      { ...bought, side: 'short', stopPrice: '11' },
      { ...soldAt(20, '9.50'), side: 'cover' },
    );

    const found = measureExcursion(position, [aCandle(0, 9.9, 10.8), aCandle(5, 8, 10.2)], 0);

    expect(words(found)).toEqual([
      ['-80', '-0.8', 5],
      ['200', '2', 10],
    ]);
  });

  it('values what is left after a partial exit, with what it realised', () => {
    const position = positionOf(bought, soldAt(5, '11', '50'), soldAt(20, '10', '50'));

    const found = measureExcursion(position, [aCandle(5, 9.5, 10.5), aCandle(10, 10, 13)], 0);

    expect(words(found)).toEqual([
      ['0', '0', 0],
      ['200', '2', 15],
    ]);
  });

  it('takes the fees paid so far into account', () => {
    const position = positionOf({ ...bought, feeUsd: '3' }, soldAt(20, '10.50'));

    expect(words(measureExcursion(position, [aCandle(0, 9.2, 10.1)], 0))?.[0]).toEqual(['-83', '-0.83', 5]);
  });

  it('says nothing when no candle lies within', () => {
    const position = positionOf(bought, soldAt(4, '10.50'));

    expect(measureExcursion(position, [aCandle(0, 9, 11)], 0)).toBeNull();
  });

  it('looks at an open trade up to a moment', () => {
    const found = measureExcursion(
      positionOf(bought),
      [aCandle(0, 9.5, 10), aCandle(5, 1, 99)],
      FILLED_AT + 5 * MINUTE,
    );

    expect(words(found)?.[0]).toEqual(['-50', '-0.5', 5]);
  });
});

describe('leftOnTable', () => {
  it('is how much better the best price after the last exit was, for its shares', () => {
    const position = positionOf(bought, soldAt(5, '11', '60'), soldAt(10, '12', '40'));

    expect(leftOnTable(position, [aCandle(5, 10, 99), aCandle(10, 11, 12.5)])?.toFixed()).toBe('20');
  });

  it('is nothing when it never got better', () => {
    expect(leftOnTable(positionOf(bought, soldAt(5, '12')), [aCandle(5, 10, 11)])?.toFixed()).toBe('0');
  });

  it('is not known without a candle after it, or while it is open', () => {
    expect(leftOnTable(positionOf(bought, soldAt(5, '12')), [aCandle(0, 10, 11)])).toBeNull();
    expect(leftOnTable(positionOf(bought), [aCandle(0, 10, 11)])).toBeNull();
  });
});

describe('markPosition', () => {
  it('values what is open at average cost, and R over the risk of all entries', () => {
    const position = positionOf({ ...bought, feeUsd: '1' }, soldAt(5, '11', '50'));

    const { unrealised, r, toStop } = markPosition(position, exact('12'), exact('11.4'));

    expect(unrealised.toFixed()).toBe('99.5');
    expect(r?.toFixed(), '49.50 realised and 99.50 open over a risk of 100').toBe('1.49');
    expect([toStop?.usd.toFixed(), toStop?.fraction?.toFixed()]).toEqual(['0.6', '0.05']);
  });

  it('says when the price has passed the stop of a short', () => {
    const position = positionOf({ ...bought, side: 'short', stopPrice: '11' });

    const { unrealised, toStop } = markPosition(position, exact('11.5'), exact('11'));

    expect([unrealised.toFixed(), toStop?.usd.toFixed()]).toEqual(['-150', '-0.5']);
  });
});

describe('isFarFromCandle', () => {
  it.each([
    ['8', false],
    ['7.999999', true],
    ['13.2', false],
    ['13.200001', true],
  ])('%s beside a candle from 10 to 11 is far: %s', (price, far) => {
    expect(isFarFromCandle(exact(price), { low: 10, high: 11 })).toBe(far);
  });
});
