import YahooFinance from 'yahoo-finance2';
import type { ExtendedCookieJar } from 'yahoo-finance2/lib/cookieJar';
import type { Logger } from '../app/ports.ts';

/** One client of `yahoo-finance2`. */
export type YahooLibrary = InstanceType<typeof YahooFinance>;

/**
 * The library, quiet: what it would print on the console goes to our log. Its queue is opened wide,
 * for spacing is done in `yahoo-fetch.ts`, where waiting ends with the caller's signal. Its default
 * cookie jar would be shared by all clients of the process.
 */
export function createYahooLibrary(log: Logger, cookieJar: ExtendedCookieJar): YahooLibrary {
  const say = (text: unknown) => log.debug({ text }, 'yahoo-finance2 says');
  return new YahooFinance({
    cookieJar,
    versionCheck: false,
    suppressNotices: ['yahooSurvey'],
    queue: { concurrency: 1000 },
    validation: { logErrors: false, logOptionsErrors: false },
    logger: { info: say, warn: say, error: say, debug: () => {}, dir: say },
  });
}
