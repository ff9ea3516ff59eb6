import type { Command } from 'commander';
import { cutOverLegacy, undoCutOver } from '../../app/legacy/cut-over-legacy.ts';
import { OraError } from '../../domain/errors.ts';
import type { OperatorTools } from '../operator.ts';
import { MAPPING_OPTION, withLegacyDesk } from './open-desk.ts';
import { parseWindow } from './parity.ts';

interface Options {
  readonly mapping: string;
  readonly from?: string;
  readonly to?: string;
  readonly readsMoved?: boolean;
  readonly acceptRejected: string;
  readonly undo?: boolean;
}

/** `oracore mongo cutover --from DATE --to DATE --reads-moved [--accept-rejected N] | --undo` */
export function registerCutOver(group: Command, tools: OperatorTools): void {
  group
    .command('cutover')
    .description('stop mirroring to the old MongoDB; refused until nothing speaks against it')
    .option(...MAPPING_OPTION)
    .option('--from <date>', 'parity has to be clean from this day or moment on')
    .option('--to <date>', 'and before this one')
    .option('--reads-moved', 'every dashboard reads Postgres now')
    .option('--accept-rejected <number>', 'leave exactly so many rejected documents behind', '0')
    .option('--undo', 'take mirroring up again, what was missed included')
    .action(async (options: Options) => {
      const now = tools.now();
      await withLegacyDesk(tools, options.mapping, async (desk) => {
        if (options.undo === true) {
          const queued = await undoCutOver(desk, { now });
          tools.say(`Mirroring is on again; ${queued} events that happened in between are queued.`);
          return;
        }
        const { outcome, figures } = await cutOverLegacy(desk, {
          window: parseWindow({ from: required(options.from, '--from'), to: required(options.to, '--to') }),
          readsMoved: options.readsMoved ?? false,
          acceptRejected: Number(options.acceptRejected),
          now,
        });
        tools.say(
          outcome === 'stopped' ? 'Cut over: nothing is mirrored any more.' : 'It was cut over before.',
        );
        tools.say(JSON.stringify(figures, null, 2));
      });
    });
}

function required(value: string | undefined, name: string): string {
  if (value !== undefined) return value;
  throw new OraError('bad_input', `${name} is missing: say for which window parity has to be clean.`);
}
