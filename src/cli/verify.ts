import type { Verification, VerifyInput } from '../app/audit/verification.ts';
import { verifyCandles } from '../app/audit/verify-candles.ts';
import { verifyFeatures } from '../app/audit/verify-features.ts';
import { verifyLabels } from '../app/audit/verify-labels.ts';
import { OraError } from '../domain/errors.ts';
import { parseMoment } from '../domain/moment.ts';
import type { OperatorCommand, OperatorServices } from './operator.ts';

interface Check {
  readonly name: string;
  readonly description: string;
  readonly rows: string;
  readonly run: (services: OperatorServices, input: VerifyInput) => Promise<Verification>;
}

const CHECKS: readonly Check[] = [
  {
    name: 'features',
    description: 'compute stored features again, without and with later candles',
    rows: 'vectors',
    run: verifyFeatures,
  },
  {
    name: 'labels',
    description: 'compute stored outcomes again, without and with later candles',
    rows: 'outcomes',
    run: verifyLabels,
  },
  {
    name: 'candles',
    description: 'hold stored candles against the clock and the calendar',
    rows: 'candles',
    run: verifyCandles,
  },
];

/** `oracore verify features|labels|candles --from DATE --to DATE`: exits 1 and names each difference. */
export const verify: OperatorCommand = (program, { withServices, say, now }) => {
  const command = program
    .command('verify')
    .description('check stored history; exits 1 when something differs');
  for (const { name, description, rows, run } of CHECKS) {
    command
      .command(name)
      .description(description)
      .requiredOption('--from <date>', 'first day, 2022-02-14, or an instant')
      .requiredOption('--to <date>', 'last day')
      .action(async ({ from, to }: { readonly from: string; readonly to: string }) => {
        const period = { from: parseMoment(from, 'start'), to: parseMoment(to, 'end') };
        if (period.from > period.to)
          throw new OraError('bad_input', 'The period would end before it begins: swap --from and --to.');
        const found = await withServices((services) => run(services, { ...period, now: now() }));
        for (const warning of found.warnings) say(`odd      ${warning}`);
        for (const difference of found.differences) say(`DIFFERS  ${difference}`);
        say(
          `${found.checked} ${rows} checked: ${found.differences.length} differ, ` +
            `${found.revised} rest on candles that were revised since`,
        );
        if (found.differences.length > 0) process.exitCode = 1;
      });
  }
};
