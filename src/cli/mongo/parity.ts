import type { Command } from 'commander';
import { checkParity } from '../../app/legacy/check-parity.ts';
import type { Window } from '../../app/legacy/legacy-ports.ts';
import type { ParityReport } from '../../app/legacy/parity/parity-report.ts';
import { OraError } from '../../domain/errors.ts';
import { parseMoment } from '../../domain/moment.ts';
import type { OperatorTools } from '../operator.ts';
import { createProgressBar } from '../rated-progress.ts';
import { MAPPING_OPTION, withLegacyDesk } from './open-desk.ts';
import { alignTable } from './table.ts';

/** `oracore mongo parity --from DATE --to DATE`; exits 1 on drift. */
export function registerParity(group: Command, tools: OperatorTools): void {
  group
    .command('parity')
    .description('compare both sides; exits 1 when they differ, and names the documents')
    .option(...MAPPING_OPTION)
    .requiredOption('--from <date>', 'events from this day or moment on')
    .requiredOption('--to <date>', 'events before this day or moment: it does not belong')
    .action(
      async ({
        mapping,
        ...period
      }: {
        readonly mapping: string;
        readonly from: string;
        readonly to: string;
      }) => {
        const window = parseWindow(period);
        const bar = createProgressBar();
        const report = await withLegacyDesk(tools, mapping, (desk) =>
          checkParity(desk, { window, now: tools.now() }, (collection, done, total) =>
            bar.show(collection, { done, total, doneNow: done }),
          ),
        );
        bar.end();
        for (const line of sayReport(report)) tools.say(line);
        if (!report.clean) process.exitCode = 1;
      },
    );
}

/** Half-open: `to` is where the window ends, whether a day or a moment is given. @throws OraError `bad_input`. */
export function parseWindow({ from, to }: { readonly from: string; readonly to: string }): Window {
  const window = { from: parseMoment(from, 'start'), to: parseMoment(to, 'start') };
  if (window.from < window.to) return window;
  throw new OraError('bad_input', `--to ${to} is not after --from ${from}: the window would be empty.`);
}

function sayReport({ collections, drift, clean }: ParityReport): string[] {
  const rows = Object.entries(collections).map(([collection, each]) => [
    ...[
      collection,
      each.matched,
      each.onlyInMongo,
      each.onlyInPostgres,
      each.different,
      each.rejected,
      each.moving,
    ],
  ]);
  return [
    ...alignTable([
      ['collection', 'matched', 'only in Mongo', 'only in Postgres', 'different', 'rejected', 'moving'],
      ...rows,
    ]),
    ...drift.flatMap(({ collection, id, kind, fields }) => [
      `${kind}: ${collection} ${id}`,
      ...fields.map(({ field, mongo, postgres }) => `    ${field}: Mongo ${mongo}, Postgres ${postgres}`),
    ]),
    clean
      ? 'Both sides agree.'
      : 'Both sides differ. What changed in MongoDB is taken up by: oracore mongo backfill',
  ];
}
