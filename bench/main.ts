import * as all from './all.ts';
import type { Bench, BenchResult } from './bench.ts';

/*
 * npm run bench [-- NAME…]: every claim of speed as a ratio against a limit measured in the same run.
 * A ratio that is missed is said, never thrown: a busy machine is not a failed test.
 */
const wanted = process.argv.slice(2);
const benches: readonly Bench[] = Object.values(all);
const unknown = wanted.find((name) => !benches.some((bench) => bench.name === name));
if (unknown !== undefined) {
  process.stderr.write(
    `There is no benchmark "${unknown}". There are: ${benches.map(({ name }) => name).join(', ')}\n`,
  );
  process.exit(1);
}
for (const bench of benches.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  process.stdout.write(`\n${bench.name}\n`);
  for (const result of await bench.run()) process.stdout.write(`${line(result)}\n`);
}
process.exit(0);

function line({ what, size, unit = 'ms', ms, limitMs, ratio, reach, better }: BenchResult): string {
  const reached = better === 'lower' ? ratio <= reach : ratio >= reach;
  const against = `${better === 'lower' ? '<=' : '>='} ${reach}`;
  return [
    `  ${reached ? 'ok  ' : 'MISS'}`,
    what.padEnd(44),
    String(size).padStart(9),
    `${ms.toFixed(1)} ${unit}`.padStart(12),
    `limit ${limitMs.toFixed(1)} ${unit}`.padStart(18),
    `ratio ${ratio.toFixed(2)}`.padStart(12),
    against.padStart(8),
  ].join('  ');
}
