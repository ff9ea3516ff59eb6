import type { Command } from 'commander';
import { type BackfillResult, backfillLegacy, retryRejected } from '../../app/legacy/backfill-legacy.ts';
import type { RejectSummary } from '../../app/legacy/legacy-ports.ts';
import { REJECTIONS, type RejectionCode } from '../../domain/legacy/reasons.ts';
import type { OperatorTools } from '../operator.ts';
import { createProgressBar } from '../rated-progress.ts';
import { MAPPING_OPTION, withLegacyDesk } from './open-desk.ts';
import { alignTable } from './table.ts';

interface Options {
  readonly mapping: string;
  readonly retryRejected?: boolean;
}

/** `oracore mongo backfill [--retry-rejected] [--mapping FILE]` */
export function registerBackfill(group: Command, tools: OperatorTools): void {
  group
    .command('backfill')
    .description('bring the old documents over; stop it anywhere, it goes on where it stopped')
    .option(...MAPPING_OPTION)
    .option('--retry-rejected', 'only what was rejected, with the mapping as it is now')
    .action(async ({ mapping, retryRejected: retry = false }: Options) => {
      const stopping = new AbortController();
      process.once('SIGINT', () => stopping.abort());
      const bar = createProgressBar();
      const { result, rejects } = await withLegacyDesk(tools, mapping, async (desk) => {
        const input = { now: tools.now(), signal: stopping.signal };
        const done = retry
          ? await retryRejected(desk, input)
          : await backfillLegacy(desk, input, ({ collection, read, total, readNow }) =>
              bar.show(collection, { done: read, total, doneNow: readNow }),
            );
        return { result: done, rejects: await desk.stores.legacy.rejects() };
      });
      bar.end();
      for (const line of sayResult(result, rejects)) tools.say(line);
    });
}

function sayResult(
  { counts, ledger, finished }: BackfillResult,
  rejects: readonly RejectSummary[],
): string[] {
  const { read, written, rejected, unchanged, ours } = counts;
  return [
    `This run: read ${read} = written ${written} + rejected ${rejected} + unchanged ${unchanged} + mirrored by OraCore ${ours}`,
    ...alignTable([
      ['collection', 'in', 'written', 'rejected'],
      ...ledger.map((each) => [each.collection, each.written + each.rejected, each.written, each.rejected]),
    ]),
    ...rejects.flatMap(({ collection, code, documents, example }) => [
      `${collection}: ${documents} ${code.replaceAll('_', ' ')}: ${REJECTIONS[code as RejectionCode].remedy}`,
      `    for example ${example.id}: ${example.detail}`,
    ]),
    finished ? 'Done. Next: oracore label, then oracore mongo parity' : 'Stopped. Run it again to go on.',
  ];
}
