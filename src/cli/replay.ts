import { replay as replayCandles } from '../app/scan/replay.ts';
import { parseMoment } from '../domain/moment.ts';
import type { OperatorCommand } from './operator.ts';

interface ReplayOptions {
  readonly from: string;
  readonly to: string;
  readonly ticker?: string;
  readonly timeframe?: string;
}

/** `oracore replay --from DATE --to DATE [--ticker T] [--timeframe TF]` */
export const replay: OperatorCommand = (program, { withServices, say, now }) => {
  program
    .command('replay')
    .description('run the scanner over stored candles; posts nothing, stops at the live cursor')
    .requiredOption('--from <date>', 'first day, 2022-02-14, or an instant')
    .requiredOption('--to <date>', 'last day')
    .option('--ticker <ticker>', 'one ticker; otherwise every watched series')
    .option('--timeframe <timeframe>', 'one timeframe')
    .action(async ({ from, to, ...only }: ReplayOptions) => {
      const period = { from: parseMoment(from, 'start'), to: parseMoment(to, 'end') };
      const done = await withServices((services) =>
        replayCandles(services, { ...period, ...only, now: now() }),
      );
      for (const { ticker, timeframe, candles, signals } of done) {
        say(`${ticker} ${timeframe}: ${candles} candles, ${signals} new signals`);
      }
    });
};
