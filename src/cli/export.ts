import { exportTrainingSet } from '../app/training/export-training-set.ts';
import type { TrainingFormat } from '../app/training/training-ports.ts';
import { OraError } from '../domain/errors.ts';
import { parseMoment } from '../domain/moment.ts';
import { createTrainingFolder } from '../export/folder.ts';
import { type OperatorCommand, operatorName } from './operator.ts';
import { showProgress } from './progress.ts';

interface ExportOptions {
  readonly out: string;
  readonly labelVersion?: string;
  readonly horizon?: string;
  readonly horizonTimeframe?: string;
  readonly timeframe?: string;
  readonly from?: string;
  readonly to?: string;
  readonly format: string;
  readonly baselines: boolean;
}

/** `oracore export --out DIR [--label-version] [--horizon] [--timeframe] [--from --to] [--format parquet|csv]` */
export const exportSet: OperatorCommand = (program, { withServices, say, now }) => {
  program
    .command('export')
    .description('write the labelled history as a training set, with a manifest')
    .requiredOption('--out <dir>', 'folder for training.parquet or training.csv, and manifest.json')
    .option('--label-version <n>', 'definition of the label; else the default one')
    .option('--horizon <candles>', "how far the label looks ahead; 0 is the session's close", '20')
    .option('--horizon-timeframe <timeframe>', "length of those candles; else the row's own")
    .option('--timeframe <timeframe>', 'rows of one timeframe; else of all')
    .option('--from <date>', 'rows from this day on')
    .option('--to <date>', 'rows up to this day')
    .option('--format <format>', 'parquet or csv', 'parquet')
    .option('--no-baselines', 'signals alone')
    .action(async (options: ExportOptions) => {
      const { out, labelVersion, horizon, horizonTimeframe, timeframe, from, to } = options;
      const bar = showProgress(process.stderr);
      const { rows, dropped, files } = await withServices((services) =>
        exportTrainingSet(
          services,
          {
            folder: createTrainingFolder(out),
            format: readFormat(options.format),
            withoutBaselines: !options.baselines,
            ...(labelVersion !== undefined && { labelVersion: Number(labelVersion) }),
            ...(horizon !== undefined && { horizonBars: Number(horizon) }),
            ...(horizonTimeframe !== undefined && { horizonTimeframe }),
            ...(timeframe !== undefined && { timeframe }),
            ...(from !== undefined && { from: parseMoment(from, 'start') }),
            ...(to !== undefined && { to: parseMoment(to, 'end') }),
            actor: operatorName(),
            now: now(),
          },
          ({ rows: done, total }) => bar.show(done / total, `${done} of ${total} rows`),
        ),
      ).finally(() => bar.end());
      say(`${rows.signals} signals and ${rows.baselines} baselines, ${rows.positive} of them with label 1`);
      say(
        `left out ${(dropped.share * 100).toFixed(1)} %: ${reasons(dropped.signals, 'signals')}; ${reasons(dropped.baselines, 'baselines')}`,
      );
      for (const { name, bytes, sha256 } of files) say(`${out}/${name}  ${bytes} bytes  sha256 ${sha256}`);
    });
};

function readFormat(text: string): TrainingFormat {
  if (text === 'parquet' || text === 'csv') return text;
  throw new OraError('bad_input', `"${text}" is not a format. Use parquet or csv.`);
}

function reasons(counts: Readonly<Record<string, number>>, what: string): string {
  const named = Object.entries(counts).filter(([, n]) => n > 0);
  if (named.length === 0) return `no ${what}`;
  return `${what} ${named.map(([reason, n]) => `${n} ${reason.replaceAll('_', ' ')}`).join(', ')}`;
}
