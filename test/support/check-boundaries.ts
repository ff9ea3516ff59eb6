import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';

/*
 * Runs dependency-cruiser and refuses its silence: without a parser it can use it reports
 * "0 modules" and passes.
 */
const run = spawnSync(
  'depcruise',
  ['src', 'commands', '--config', '.dependency-cruiser.cjs', '--output-type', 'err'],
  {
    encoding: 'utf8',
  },
);
process.stdout.write(run.stdout);
process.stderr.write(run.stderr);

const seen = Number(/(\d+) modules/.exec(run.stdout)?.[1] ?? 0);
const sources = globSync(['src/**/*.ts', 'commands/**/*.ts']).filter(
  (file) => !file.includes('/page/'),
).length;
if (run.status === 0 && seen < sources) {
  process.stderr.write(
    `the boundaries were not checked: ${seen} modules seen, ${sources} source files exist\n`,
  );
  process.exit(1);
}
process.exit(run.status ?? 1);
