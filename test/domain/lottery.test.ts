import { describe, expect, it } from 'vitest';
import { isDrawn } from '../../src/domain/lottery.ts';

const FIVE_MINUTES = 300_000;
const START = Date.parse('2024-03-06T14:30:00Z');

function draw(lottery: { seed: string; rate: number }, ticker = 'SPY'): number[] {
  const opens = Array.from({ length: 20_000 }, (_, index) => START + index * FIVE_MINUTES);
  return opens.filter((ts) => isDrawn(lottery, { ticker, timeframe: '5m', ts }));
}

describe('isDrawn', () => {
  it('draws about the share asked for, and all or none at the ends', () => {
    expect(draw({ seed: 'a', rate: 0.05 }).length / 20_000).toBeCloseTo(0.05, 2);
    expect(draw({ seed: 'a', rate: 1 })).toHaveLength(20_000);
    expect(draw({ seed: 'a', rate: 0 })).toEqual([]);
  });

  it('draws the same every time, and others for another seed or ticker', () => {
    const drawn = draw({ seed: 'a', rate: 0.05 });

    expect(draw({ seed: 'a', rate: 0.05 })).toEqual(drawn);
    expect(draw({ seed: 'b', rate: 0.05 })).not.toEqual(drawn);
    expect(draw({ seed: 'a', rate: 0.05 }, 'QQQ')).not.toEqual(drawn);
  });

  it('draws with a larger rate all that a smaller one draws', () => {
    expect(draw({ seed: 'a', rate: 0.08 })).toEqual(expect.arrayContaining(draw({ seed: 'a', rate: 0.02 })));
  });

  it('has no regard for the time of day', () => {
    const drawn = draw({ seed: 'a', rate: 0.05 });
    const early = drawn.filter((ts) => ts % 86_400_000 < 43_200_000).length;

    expect(early / drawn.length).toBeGreaterThan(0.45);
    expect(early / drawn.length).toBeLessThan(0.55);
  });
});
