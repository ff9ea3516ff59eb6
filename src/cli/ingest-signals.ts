import { appendFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { ingestSignals as takeIn } from '../app/scan/ingest-signals.ts';
import { OraError } from '../domain/errors.ts';
import { readSignalLines } from '../ingest/signal-lines.ts';
import type { OperatorCommand } from './operator.ts';

/** Differences told one by one; the rest is counted. */
const SHOWN_DIFFERENCES = 20;

/** `oracore ingest-signals FILE|-`: exits 1 when a line was rejected. */
export const ingestSignals: OperatorCommand = (program, { withServices, say, now }) => {
  program
    .command('ingest-signals')
    .description('take in signals of other scanners, one JSON object a line (docs/ingest-signals.md)')
    .argument('<file>', 'a file of JSON lines, or - for what is piped in')
    .option('--rejects <file>', 'write rejected lines there as they came, to be mended and sent again')
    .action(async (path: string, { rejects }: { readonly rejects?: string }) => {
      if (rejects !== undefined) writeFileSync(rejects, '');
      const stream = path === '-' ? process.stdin : await openFile(path);
      let shown = 0;
      const result = await withServices((services) =>
        takeIn(services, {
          batches: readSignalLines(stream),
          clock: now,
          onRejected: ({ line, text, reason }) => {
            say(`line ${line} rejected: ${reason}`);
            if (rejects !== undefined) appendFileSync(rejects, `${text}\n`);
          },
          onDifference: ({ line, name, given, ours }) => {
            shown += 1;
            if (shown <= SHOWN_DIFFERENCES)
              say(`line ${line} differs: ${name} is given as ${given}, we have ${ours}`);
          },
        }),
      );
      const { lines, stored, repeated, rejected, cards, differences } = result;
      if (shown > SHOWN_DIFFERENCES) say(`… and ${differences - SHOWN_DIFFERENCES} more differences`);
      say(
        `${lines} lines: ${stored} signals stored, ${repeated} were there, ${rejected} rejected; ${cards} cards, ${differences} values differ from ours`,
      );
      if (rejected > 0) process.exitCode = 1;
    });
};

/** @throws OraError `bad_input` when there is no such file. */
async function openFile(path: string): Promise<AsyncIterable<Buffer>> {
  try {
    return (await open(path)).createReadStream();
  } catch (cause) {
    throw new OraError('bad_input', `"${path}" cannot be read.`, { cause });
  }
}
