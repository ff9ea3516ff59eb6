import { atMost, over, under } from './condition.ts';
import { ruleOf } from './rule.ts';
import { scoreOf, strength } from './score.ts';

const params = {
  /** A squeeze is the narrowest the bands were in this many candles, the candle itself included. */
  widthCandles: 120,
  /** The break comes at most this many candles after a squeeze. */
  withinCandles: 10,
  /** How far outside counts in full, as a share of the bands' width. */
  fullOvershoot: 0.25,
  fullRelativeVolume: 3,
};

/** Score: mean of how far outside the bands the close lies and how much more volume than usual came. */
export const bbSqueeze = ruleOf({
  id: 'bb_squeeze_v1',
  version: '1',
  kind: 'rule',
  description: 'Bollinger bands at their narrowest in 120 candles, then a close outside them within 10.',
  params,
  look() {
    const widths: number[] = [];
    /** Candles since the last squeeze; each squeeze speaks once. */
    let since = Number.POSITIVE_INFINITY;
    return ({ features: { bb_width: width, bb_pct, rel_vol_20: volume } }) => {
      // Without bands there is no place within them.
      const position = width === null ? null : bb_pct;
      if (width !== null) since += 1;
      const candles = Number.isFinite(since) ? since : null;
      const overshoot = position === null ? 0 : Math.max(position - 1, -position);
      const hasBroken = overshoot > 0 && since <= params.withinCandles;

      if (width !== null) {
        widths.push(width);
        if (widths.length > params.widthCandles) widths.shift();
        if (hasBroken) since = Number.POSITIVE_INFINITY;
        else if (widths.length === params.widthCandles && width <= Math.min(...widths)) since = 0;
      }

      const squeezed = atMost('candles since squeeze', candles, params.withinCandles, 'candles');
      const score = () =>
        scoreOf(
          strength(overshoot, 0, params.fullOvershoot),
          strength(volume ?? 1, 1, params.fullRelativeVolume),
        );
      return [
        {
          side: 'long',
          conditions: [squeezed, over('Bollinger %B', position, 1, 'bands')],
          score,
        },
        {
          side: 'short',
          conditions: [squeezed, under('Bollinger %B', position, 0, 'bands')],
          score,
        },
      ];
    };
  },
});
