import { featureNumber } from '../sql.ts';

/*
 * Like is compared with like: a signal with random moments of its time of day and its volatility. Statistics
 * and training sets cut history by the same strata (docs/adr/0023).
 */

/**
 * Time of day and volatility in a number, from a row's own features alone: ten thousands say the time (1 first hour,
 * 2 between, 3 last hour), the rest the doubling in which `realized_vol_20` lies. 9991 is the first hour with 2^-9
 * up to twice that. What is not known is a stratum of its own: 0 as a time, 5000 as a doubling.
 */
export function stratumOf(features: string): string {
  const minutes = featureNumber(features, 'minutes_since_open');
  // GREATEST passes over nulls, so what is unknown, and a flat series, ends as null.
  const volatility = `nullif(greatest(${featureNumber(features, 'realized_vol_20')}, 0), 0)`;
  return `(CASE WHEN ${minutes} <= 60 THEN 10000 WHEN ${minutes} > 330 THEN 30000 WHEN ${minutes} > 60 THEN 20000 ELSE 0 END
    + coalesce(floor(ln(${volatility}) / ln(2::float8)), 5000)::int)`;
}
