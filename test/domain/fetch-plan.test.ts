import { describe, expect, it } from 'vitest';
import { planFetches } from '../../src/domain/fetch-plan.ts';

describe('planFetches', () => {
  it('serves a 5m watch and its context with one fetch', () => {
    const plan = planFetches(['5m'], ['15m', '1h']);

    expect(plan).toEqual({
      fetch: ['5m'],
      build: [
        { timeframe: '15m', from: '5m' },
        { timeframe: '1h', from: '5m' },
      ],
    });
  });

  it('gives every scanned timeframe the reach of its own fetch', () => {
    const plan = planFetches(['5m', '1h'], ['15m', '1h', '4h', '1d']);

    expect(plan.fetch).toEqual(['5m', '1h', '1d']);
    expect(plan.build).toEqual([
      { timeframe: '15m', from: '5m' },
      { timeframe: '4h', from: '1h' },
    ]);
  });

  it('builds 4h and 5h from 1h, whose two years reach far enough', () => {
    const plan = planFetches(['4h', '5h'], ['1d']);

    expect(plan.fetch).toEqual(['1h', '1d']);
    expect(plan.build).toEqual([
      { timeframe: '4h', from: '1h' },
      { timeframe: '5h', from: '1h' },
    ]);
  });

  it('builds the 4h context of a 15m watch from 15m rather than from 1m', () => {
    const plan = planFetches(['1m', '15m'], ['4h']);

    expect(plan.build).toEqual([{ timeframe: '4h', from: '15m' }]);
  });

  it('fetches context that nothing smaller reaches', () => {
    const plan = planFetches([], ['15m', '1d']);

    expect(plan).toEqual({ fetch: ['15m', '1d'], build: [] });
  });
});
