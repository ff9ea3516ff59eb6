import { featureNumber } from '../sql.ts';

/*
 * Like is compared with like: a signal with random moments of its time of day and its volatility. Statistics
 * and training sets cut history by the same strata (docs/adr/0023).
 */

/**
 * Time of day and volatility in a word, from a row's own features alone: `first -9` is the first hour, with
 * `realized_vol_20` from 2^-9 up to twice that. What is not known is a stratum of its own.
 */
export function stratumOf(features: string): string {
  const minutes = featureNumber(features, 'minutes_since_open');
  // GREATEST passes over nulls, so what is unknown, and a flat series, ends as null.
  const volatility = `nullif(greatest(${featureNumber(features, 'realized_vol_20')}, 0), 0)`;
  return `
    CASE WHEN ${minutes} <= 60 THEN 'first' WHEN ${minutes} > 330 THEN 'last' WHEN ${minutes} > 60 THEN 'middle' ELSE '?' END
    || ' ' || coalesce(floor(ln(${volatility}) / ln(2::float8))::text, '?')`;
}
