import { PROVIDER_LATE_MS } from '../app/candles/coverage.ts';
import { scanAndTend } from '../app/scan/scan-and-tend.ts';
import { latestSession, nextCandleClose } from '../domain/calendar.ts';
import type { Job } from './job.ts';

const MINUTE = 60_000;

/**
 * Scans at every candle close of the exchange calendar, half days and holidays included, and delivers
 * what it finds. After the session's close it comes back each minute for as long as the last candle may
 * be late: it must not wait for the next morning.
 */
export const scan: Job = {
  name: 'scan',
  role: 'scanner',
  next: (now, { services }) => {
    const { graceMs } = services.settings;
    const at = now - graceMs;
    const { close } = latestSession(at);
    const isLate = at >= close && at < close + PROVIDER_LATE_MS;
    const nextMinute = Math.floor(at / MINUTE + 1) * MINUTE;
    return (isLate ? nextMinute : nextCandleClose('1m', at)) + graceMs;
  },
  run: scanAndTend,
};
