import { importCandles as storeCandles } from '../app/candles/import-candles.ts';
import type { Timeframe } from '../domain/timeframe.ts';
import { readCandleCsv } from '../market/candle-csv.ts';
import type { OperatorCommand } from './operator.ts';

/** `oracore import-candles FILE --ticker T --timeframe TF --source NAME` */
export const importCandles: OperatorCommand = (program, { withServices, say, now }) => {
  program
    .command('import-candles')
    .description('store candles from a CSV or CSV.gz file and build the larger timeframes')
    .argument('<file>', 'columns timestamp,open,high,low,close,volume[,vwap]; timestamp is the UTC open')
    .requiredOption('--ticker <ticker>', 'such as SPY')
    .requiredOption('--timeframe <timeframe>', '1m, 5m, 15m, 1h, 4h, 5h or 1d')
    .requiredOption('--source <name>', 'where the file comes from; kept with each candle')
    .action(async (file: string, options: { ticker: string; timeframe: Timeframe; source: string }) => {
      const rows = await Array.fromAsync(readCandleCsv(file, options.timeframe));
      const result = await withServices((services) =>
        storeCandles(services, { ...options, rows, now: now() }),
      );
      say(
        `${options.ticker} ${options.timeframe}: ${result.inserted} new, ${result.changed} changed, ` +
          `${result.unchanged} as stored, in ${result.sessions} sessions; built ${result.built.join(', ') || 'nothing'}`,
      );
      for (const [reason, rejected] of Object.entries(result.rejected))
        say(`rejected ${rejected}: ${reason}`);
    });
};
