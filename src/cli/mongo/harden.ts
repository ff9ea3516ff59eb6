import type { Command } from 'commander';
import { applyStep, planHardening } from '../../mongo/harden.ts';
import { createLegacySource } from '../../mongo/source.ts';
import type { OperatorTools } from '../operator.ts';
import { withMongo } from './open-desk.ts';

/** `oracore mongo harden [--apply] [--enforce]`: Route A of the strategy report, for a team that stays. */
export function registerHarden(group: Command, { say }: OperatorTools): void {
  group
    .command('harden')
    .description('the fallback: make the old MongoDB safe to stay with; prints each command')
    .option('--apply', 'run them')
    .option('--enforce', 'validators refuse instead of warning: after a week of warnings')
    .action(({ apply = false, enforce = false }: { readonly apply?: boolean; readonly enforce?: boolean }) =>
      withMongo(async (mongo) => {
        const collections = await createLegacySource(mongo).collections();
        for (const step of planHardening({ enforce, collections })) {
          say(`# ${step.why}`);
          say(step.shell);
          if (apply) say(`  -> ${await applyStep(mongo, step)}`);
        }
        if (!apply)
          say('\nNothing was changed. Run it with --apply; what names no database command is done by hand.');
      }),
    );
}
