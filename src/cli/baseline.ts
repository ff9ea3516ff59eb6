import { drawBaselines } from '../app/labels/draw-baselines.ts';
import { parseMoment } from '../domain/moment.ts';
import type { OperatorCommand } from './operator.ts';

interface BaselineOptions {
  readonly from: string;
  readonly to: string;
  readonly ticker?: string;
  readonly timeframe?: string;
}

/** `oracore baseline --from DATE --to DATE [--ticker T] [--timeframe TF]` */
export const baseline: OperatorCommand = (program, { withServices, say, now }) => {
  program
    .command('baseline')
    .description('draw random candles of scanned series as negative samples; label them with: oracore label')
    .requiredOption('--from <date>', 'first day, 2022-02-14, or an instant')
    .requiredOption('--to <date>', 'last day')
    .option('--ticker <ticker>', 'one ticker; otherwise every series that is scanned')
    .option('--timeframe <timeframe>', 'one timeframe')
    .action(async ({ from, to, ...only }: BaselineOptions) => {
      const period = { from: parseMoment(from, 'start'), to: parseMoment(to, 'end') };
      const { series, drawn, near, failures } = await withServices((services) =>
        drawBaselines(services, { now: now(), ...period, ...only }),
      );
      say(`${drawn} new baselines in ${series} series; ${near} newly found to lie near a signal`);
      for (const failure of failures) say(`FAILED ${failure}`);
      if (failures.length > 0) process.exitCode = 1;
    });
};
