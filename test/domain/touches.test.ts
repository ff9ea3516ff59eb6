import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Candle } from '../../src/domain/candle.ts';
import type { Levels } from '../../src/domain/card.ts';
import { isOver, timesOf } from '../../src/domain/card-life.ts';
import { levelsFor } from '../../src/domain/levels.ts';
import type { Side } from '../../src/domain/signal.ts';
import { type CardPath, endWithout, findEvents, rAt } from '../../src/domain/touches.ts';
import { aSession } from '../support/builders.ts';
import { someLevels } from '../support/cards.ts';
import { FIRED_AT } from '../support/signals.ts';

const MINUTES_5 = 300_000;

/** Candles from the one after the signal on. */
function path(shapes: readonly Partial<Candle>[], overrides: Partial<CardPath> = {}): CardPath {
  const candles = shapes.map((shape, index) => ({
    ts: FIRED_AT + index * MINUTES_5,
    open: 100,
    high: 100.4,
    low: 99.6,
    close: 100,
    volume: 1000,
    vwap: null,
    ...shape,
  }));
  const { horizonAt } = timesOf(FIRED_AT, '5m');
  return { levels: someLevels(), side: 'long', timeframe: '5m', candles, horizonAt, ...overrides };
}

const kinds = (given: CardPath) => findEvents(given).map(({ kind }) => kind);

describe('findEvents', () => {
  it('tells each target once, with the end of its candle and its R', () => {
    const events = findEvents(path([{}, { high: 101.5 }, { high: 102 }, { high: 103.2 }]));

    expect(events).toEqual([
      { kind: 'tp1', at: FIRED_AT + 2 * MINUTES_5, price: 101.5, r: 1.5 },
      { kind: 'tp2', at: FIRED_AT + 4 * MINUTES_5, price: 103, r: 3 },
    ]);
  });

  it('calls equality a touch, and a millionth short of it none', () => {
    expect(kinds(path([{ high: 101.5 }]))).toEqual(['tp1']);
    expect(kinds(path([{ high: 101.499999 }]))).toEqual([]);
    expect(kinds(path([{ low: 99 }]))).toEqual(['stop']);
    expect(kinds(path([{ low: 99.000001 }]))).toEqual([]);
  });

  it('tells all targets that one candle reached', () => {
    expect(kinds(path([{ high: 106 }]))).toEqual(['tp1', 'tp2', 'tp3']);
  });

  it('believes the stop when one candle touches both', () => {
    expect(kinds(path([{ high: 106, low: 98 }]))).toEqual(['stop']);
  });

  it('stops looking after the stop or the last target', () => {
    expect(kinds(path([{ low: 98.9 }, { high: 106 }]))).toEqual(['stop']);
    expect(kinds(path([{ high: 106 }, { low: 90 }]))).toEqual(['tp1', 'tp2', 'tp3']);
  });

  it('counts a candle that opened beyond the stop at its open', () => {
    const [stop] = findEvents(path([{ open: 97.5, high: 98, low: 97, close: 97.6 }]));

    expect(stop).toMatchObject({ kind: 'stop', price: 97.5, r: -2.5 });
  });

  it('counts a candle that opened beyond a target at its open', () => {
    const [tp1, tp2] = findEvents(path([{ open: 102, high: 103, low: 101.8, close: 102.5 }]));

    expect(tp1).toMatchObject({ kind: 'tp1', price: 102, r: 2 });
    expect(tp2).toMatchObject({ kind: 'tp2', price: 103, r: 3 });
  });

  it('ends after twenty candles with the last close', () => {
    const events = findEvents(path(Array.from({ length: 25 }, () => ({ close: 100.3 }))));

    expect(events).toEqual([{ kind: 'horizon', at: FIRED_AT + 20 * MINUTES_5, price: 100.3, r: 0.3 }]);
  });

  it('measures against the rounded levels of the card, not against the label’s per cent', () => {
    const levels = levelsFor(100, { side: 'long', atr14: 0.333, rule: 'atr' });

    expect(levels.tp1).toBe(100.5);
    expect(kinds(path([{ high: 100.499, low: 99.9 }], { levels }))).toEqual([]);
    expect(kinds(path([{ high: 100.5, low: 99.9 }], { levels }))).toEqual(['tp1']);
  });

  const cents = fc.integer({ min: 9_600, max: 10_400 });
  const candle = fc.tuple(cents, cents, cents, cents).map(([a, b, c, d]) => ({
    open: a / 100,
    close: b / 100,
    high: Math.max(a, b, c, d) / 100,
    low: Math.min(a, b, c, d) / 100,
  }));
  const candles = fc.array(candle, { maxLength: 25 });

  const mirrored = (levels: Levels): Levels => {
    const turn = (price: number) => 200 - price;
    const { stop, tp1, tp2, tp3 } = levels;
    return { ...levels, stop: turn(stop), tp1: turn(tp1), tp2: turn(tp2), tp3: turn(tp3) };
  };

  it('gives a short on the mirrored path the same events', () => {
    fc.assert(
      fc.property(candles, (shapes) => {
        const turned = shapes.map(({ open, high, low, close }) => ({
          open: 200 - open,
          close: 200 - close,
          high: 200 - low,
          low: 200 - high,
        }));
        const long = findEvents(path(shapes));
        const short = findEvents(path(turned, { side: 'short', levels: mirrored(someLevels()) }));

        expect(short.map(({ kind, at, r }) => ({ kind, at, r }))).toEqual(
          long.map(({ kind, at, r }) => ({ kind, at, r })),
        );
      }),
    );
  });

  it('never changes what it said when more candles come', () => {
    fc.assert(
      fc.property(candles, fc.nat(25), (shapes, cut) => {
        const early = findEvents(path(shapes.slice(0, cut)));

        expect(findEvents(path(shapes)).slice(0, early.length)).toEqual(early);
      }),
    );
  });

  it('agrees with the owner’s label about what was touched first, on the label’s own levels', () => {
    const sides = fc.constantFrom<Side>('long', 'short');
    fc.assert(
      fc.property(fc.array(candle, { minLength: 20, maxLength: 20 }), sides, (shapes, side) => {
        const levels = levelsFor(100, { side, atr14: null, rule: 'percent' });
        const given = path(shapes, { side, levels });
        const [first] = findEvents(given);
        const label = firstBarrier(given, side);

        expect(first?.kind === 'horizon' ? 'none' : first?.kind).toBe(label);
      }),
    );
  });
});

/** The owner's definition, written out: +1.5 % against -1 %, in whole micro-dollars, the stop wins a tie. */
function firstBarrier({ candles }: CardPath, side: Side): string {
  const micro = (price: number) => BigInt(Math.round(price * 1e6));
  const entry = micro(100);
  for (const { high, low } of candles) {
    const [best, worst] = side === 'long' ? [high, low] : [low, high];
    const gain = (price: number) => (side === 'long' ? micro(price) - entry : entry - micro(price));
    if (gain(worst) * 1000n <= entry * -10n) return 'stop';
    if (gain(best) * 1000n >= entry * 15n) return 'tp1';
  }
  return 'none';
}

describe('the end of a horizon', () => {
  it('is the newest close when its last candle never came', () => {
    expect(endWithout(path([{ close: 100.2 }, { close: 99.8 }]))).toMatchObject({ price: 99.8, r: -0.2 });
    expect(endWithout(path([]))).toBeNull();
  });

  it('counts candles of sessions: a 4h card of a Friday ends a fortnight later', () => {
    const friday = aSession('2022-06-10');

    const { expiresAt, horizonAt } = timesOf(friday.close, '4h');

    expect(expiresAt).toBe(aSession('2022-06-14').open + 4 * 3_600_000);
    expect(horizonAt).toBe(aSession('2022-06-27').close);
  });
});

describe('rAt', () => {
  it('is negative on the losing side', () => {
    expect(rAt(99.5, { levels: someLevels(), side: 'long' })).toBe(-0.5);
    expect(rAt(99.5, { levels: mirroredShort(), side: 'short' })).toBe(0.5);
  });
});

function mirroredShort(): Levels {
  return someLevels({ stop: 101, tp1: 98.5, tp2: 97, tp3: 95 });
}

it('a path that is over stays over', () => {
  expect(isOver(findEvents(path([{ low: 98 }])))).toBe(true);
  expect(isOver(findEvents(path([{ high: 101.6 }])))).toBe(false);
});
