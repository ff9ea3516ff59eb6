import type { Command } from 'commander';
import { diffLabels, transitionTable } from '../app/labels/diff-labels.ts';
import { type LabelResult, labelDue } from '../app/labels/label-due.ts';
import { RELABEL_REASONS, relabel } from '../app/labels/relabel.ts';
import { parseMoment } from '../domain/moment.ts';
import { type OperatorCommand, type OperatorTools, operatorName } from './operator.ts';

interface Period {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

interface LabelOptions extends Period {
  readonly labelVersion?: number;
  readonly dryRun?: boolean;
}

interface RelabelOptions extends Period {
  readonly labelVersion: number;
  readonly because: string;
  readonly ticker?: string;
}

/**
 * `oracore label [--label-version N] [--from DATE] [--to DATE] [--dry-run]`, `oracore label diff A B` and
 * `oracore relabel --label-version N --because REASON`
 */
export const label: OperatorCommand = (program, tools) => {
  const command = withPeriod(program.command('label'))
    .description('label every signal and baseline whose horizon is complete')
    .option('--label-version <number>', 'only this label version', Number)
    .option('--dry-run', 'say what would be written, and write nothing')
    .action((options: LabelOptions) => runLabel(options, tools));
  withPeriod(command.command('diff <before> <after>'))
    .description('how two label versions tell the same signals: a table of counts')
    .action((before: string, after: string, _: unknown, diff: Command) =>
      runDiff([Number(before), Number(after)], diff.optsWithGlobals(), tools),
    );
  withPeriod(program.command('relabel'))
    .description('compute outcomes again; the old rows are kept, and the audit log says so')
    .requiredOption('--label-version <number>', 'the label version', Number)
    .requiredOption('--because <reason>', RELABEL_REASONS.join(' or '))
    .option('--ticker <ticker>', 'one ticker; otherwise all')
    .action((options: RelabelOptions) => runRelabel(options, tools));
};

async function runLabel(
  { from, to, labelVersion, dryRun = false }: LabelOptions,
  { withServices, say, now }: OperatorTools,
): Promise<void> {
  const done = await withServices((services) =>
    labelDue(services, {
      now: now(),
      dryRun,
      ...periodOf({ from, to }),
      ...(labelVersion !== undefined && { labelVersion }),
    }),
  );
  say(sayLabelled(done, dryRun ? 'would be written' : 'written'));
  for (const failure of done.failures) say(`FAILED ${failure}`);
  if (done.failures.length > 0) process.exitCode = 1;
}

async function runDiff(
  versions: readonly [number, number],
  { from, to }: Period,
  { withServices, say }: OperatorTools,
): Promise<void> {
  const [before, after] = versions;
  const found = await withServices((services) =>
    diffLabels(services, { before, after, ...periodOf({ from, to }) }),
  );
  for (const line of transitionTable(found, versions)) say(line);
}

async function runRelabel(
  { from, to, ...options }: RelabelOptions,
  { withServices, say, now }: OperatorTools,
): Promise<void> {
  const { withdrawn, labelled } = await withServices((services) =>
    relabel(services, { now: now(), actor: operatorName(), ...options, ...periodOf({ from, to }) }),
  );
  say(`${withdrawn} outcomes taken away, kept in outcome_revisions; ${sayLabelled(labelled, 'written')}`);
}

function sayLabelled(
  { outcomes, series, invalidEntry, dataMissing, pending }: LabelResult,
  verb: string,
): string {
  return (
    `${outcomes} outcomes ${verb} for ${series} series (${invalidEntry} not entered, ${dataMissing} never known); ` +
    `${pending} horizons are not complete yet`
  );
}

function withPeriod(command: Command): Command {
  return command
    .option('--from <date>', 'signals that fired from this day on')
    .option('--to <date>', 'signals that fired up to this day');
}

function periodOf({ from, to }: Period) {
  return {
    ...(from !== undefined && { from: parseMoment(from, 'start') }),
    ...(to !== undefined && { to: parseMoment(to, 'end') }),
  };
}
