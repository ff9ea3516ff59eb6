import { setTimeout as sleep } from 'node:timers/promises';
import { type BackfillResult, backfillCandles } from '../app/candles/backfill-candles.ts';
import { OraError } from '../domain/errors.ts';
import { parseMoment } from '../domain/moment.ts';
import type { OperatorCommand } from './operator.ts';
import { createProgressBar } from './rated-progress.ts';

/** The exit code of a program that Ctrl-C ended: what was to follow it does not. */
const STOPPED = 130;

interface Options {
  readonly timeframe: string;
  readonly from: string;
  readonly to?: string;
}

/** `oracore backfill TICKER… --timeframe TF --from DATE [--to DATE]` */
export const backfill: OperatorCommand = (program, { withServices, say, now }) => {
  program
    .command('backfill')
    .description('bring history in from Yahoo; stop it anywhere, it goes on where it stopped')
    .argument('<tickers...>', 'such as SPY NVDA')
    .requiredOption('--timeframe <timeframe>', '1m, 5m, 15m, 1h, 4h, 5h or 1d')
    .requiredOption(
      '--from <date>',
      'first day, 2026-02-14; Yahoo keeps 1m 29 days, 5m and 15m 60, 1h 730, 1d all',
    )
    .option('--to <date>', 'last day; otherwise today')
    .action(async (tickers: string[], { timeframe, from, to }: Options) => {
      const stopping = new AbortController();
      process.once('SIGINT', () => stopping.abort());
      const pause = (ms: number) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
      const period = {
        from: parseMoment(from, 'start'),
        to: to === undefined ? now() : parseMoment(to, 'end'),
      };
      const bar = createProgressBar();
      await withServices(async (services) => {
        for (const ticker of tickers) {
          if (stopping.signal.aborted) break;
          const input = { ticker, timeframe, ...period, now: now(), stopping: stopping.signal, pause };
          try {
            const done = await backfillCandles(
              services,
              input,
              ({ sessionsDone, sessionsTotal, pausedMs }) => {
                const waits = pausedMs === null ? '' : ` (Yahoo is left alone for ${pausedMs / 1000} s)`;
                bar.show(`${ticker} ${timeframe}${waits}`, {
                  done: sessionsDone,
                  total: sessionsTotal,
                  doneNow: sessionsDone,
                });
              },
            );
            bar.end();
            for (const line of sayResult(done)) say(line);
            if (!done.finished) process.exitCode = STOPPED;
          } catch (error) {
            bar.end();
            if (!(error instanceof OraError)) throw error;
            process.exitCode = 1;
            say(`FAILED ${ticker} ${timeframe}: ${error.message}`);
          }
        }
      });
    });
};

function sayResult(result: BackfillResult): string[] {
  const { ticker, timeframe, keptDays, beginsAt, inserted, changed, fetched, sessions, finished } = result;
  if (sessions === 0) return [`${ticker} ${timeframe}: no session of the exchange lies in this period`];
  return [
    ...(keptDays === null ? [] : [`${timeframe} goes back ${keptDays} days: beginning at ${beginsAt}`]),
    `${ticker} ${timeframe}: ${inserted} new candles, ${changed} changed; ${fetched} of ${sessions} sessions asked for${finished ? ', the others were there' : ''}`,
    ...Object.entries(result.rejected).map(([reason, rows]) => `rejected ${rows}: ${reason}`),
    ...(finished ? [] : ['Stopped. Run it again to go on.']),
  ];
}
