import type { Quote } from '../quote.ts';
import type { Feature } from './feature.ts';

/** (ask - bid) / mid in basis points; null without a quote. */
export const spread: Feature = {
  keys: ['spread_bps'],
  start: () => (step, out) => {
    out.spread_bps = step.quote === null ? null : spreadBps(step.quote);
  },
};

/** Spread of a quote in basis points of its middle; null when a side is empty. */
export function spreadBps({ bid, ask }: Quote): number | null {
  return bid > 0 && ask > 0 ? ((ask - bid) / ((ask + bid) / 2)) * 10_000 : null;
}
