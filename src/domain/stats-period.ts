import { newYorkDate } from './calendar.ts';

const DAY = 86_400_000;

/** How far back statistics look, by the name people choose. */
export const STATS_PERIODS = ['today', 'week', 'month', 'quarter', 'year', 'all'] as const;
export type PeriodName = (typeof STATS_PERIODS)[number];

const DAYS: Readonly<Record<Exclude<PeriodName, 'all'>, number>> = {
  today: 1,
  week: 7,
  month: 30,
  quarter: 91,
  year: 365,
};

/** First New York day of a period that ends today; null for all. */
export function periodStart(name: PeriodName, now: number): string | null {
  return name === 'all' ? null : newYorkDate(now - (DAYS[name] - 1) * DAY);
}
