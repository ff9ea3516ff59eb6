import { atLeast, atMost, over, under } from './condition.ts';
import { ruleOf } from './rule.ts';
import { scoreOf, strength } from './score.ts';

const params = {
  oversold: 30,
  overbought: 70,
  /** How far beyond the line counts in full, in points of RSI. */
  fullDepth: 15,
};

/** Score: how deep RSI went before it came back, from the line itself to full. */
export const rsiReversal = ruleOf({
  id: 'rsi_reversal_v1',
  version: '1',
  kind: 'rule',
  description: 'RSI comes back over 30 after being oversold, or under 70 after being overbought.',
  params,
  look() {
    let before: number | null = null;
    /** Deepest distance beyond a line on the way out; 0 while inside. */
    let below = 0;
    let above = 0;
    return ({ features: { rsi14 } }) => {
      const last = before;
      const wasBelow = below;
      const wasAbove = above;
      if (rsi14 !== null) {
        before = rsi14;
        below = rsi14 < params.oversold ? Math.max(below, params.oversold - rsi14) : 0;
        above = rsi14 > params.overbought ? Math.max(above, rsi14 - params.overbought) : 0;
      }
      const score = (depth: number) => scoreOf(strength(depth, 0, params.fullDepth));
      return [
        {
          side: 'long',
          conditions: [
            under('RSI before', last, params.oversold, 'points'),
            atLeast('RSI', rsi14, params.oversold, 'points'),
          ],
          score: () => score(wasBelow),
        },
        {
          side: 'short',
          conditions: [
            over('RSI before', last, params.overbought, 'points'),
            atMost('RSI', rsi14, params.overbought, 'points'),
          ],
          score: () => score(wasAbove),
        },
      ];
    };
  },
});
