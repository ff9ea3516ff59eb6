/*
 * Like is compared with like: a signal with random moments of its time of day and its volatility. Statistics
 * and training sets cut history by the same strata.
 */

/** CTE `thirds`: per timeframe the two volatilities that cut its baselines into thirds. */
export const THIRDS = `thirds AS MATERIALIZED (
  SELECT timeframe, percentile_cont(ARRAY[1.0 / 3, 2.0 / 3])
           WITHIN GROUP (ORDER BY (features->>'realized_vol_20')::float8) AS at
  FROM baselines WHERE closed_at IS NOT NULL GROUP BY timeframe
)`;

/**
 * Time of day and volatility in one word, `first calm`, for a row joined to the `thirds` of its timeframe.
 * What is not known is a stratum of its own.
 */
export function stratumOf(features: string): string {
  const minutes = `(${features}->>'minutes_since_open')::float8`;
  const volatility = `(${features}->>'realized_vol_20')::float8`;
  return `
    CASE WHEN ${minutes} <= 60 THEN 'first' WHEN ${minutes} > 330 THEN 'last' WHEN ${minutes} > 60 THEN 'middle' ELSE '?' END
    || ' ' ||
    CASE WHEN ${volatility} <= thirds.at[1] THEN 'calm' WHEN ${volatility} > thirds.at[2] THEN 'wild'
         WHEN ${volatility} IS NOT NULL AND thirds.at IS NOT NULL THEN 'usual' ELSE '?' END`;
}
