import type { Feature } from './feature.ts';

/** What the market did when the candle closed: the last SPY quarter of an hour, VIX, and the regime of both. */
export const market: Feature = {
  keys: ['spy_15m_ret', 'vix_level', 'market_regime'],
  start({ context }) {
    return ({ closedAt }, out) => {
      out.spy_15m_ret = context.spy15mReturn(closedAt);
      out.vix_level = context.vixLevel(closedAt);
      out.market_regime = context.marketRegime(closedAt);
    };
  },
};
