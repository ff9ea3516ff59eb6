export { bbSqueeze } from './bb-squeeze.ts';
export { breakout } from './breakout.ts';
export { macdCross } from './macd-cross.ts';
export { rsiReversal } from './rsi-reversal.ts';
export { vwapReclaim } from './vwap-reclaim.ts';
