/** Recursive indicators (RSI, MACD, ATR) are null before this many candles: until then the seed still shows. */
export const WARM_UP_CANDLES = 250;

/**
 * Candles up to the triggering one that a vector is computed from. What lies further back has left no
 * trace in the slowest indicator, EMA26: (25/27)^600 is 1e-20, below the last bit of a price (at 500
 * candles MACD still differed in its last digits).
 */
export const HISTORY_CANDLES = 600;
