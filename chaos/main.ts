import { startOwnServer } from './databases.ts';
import { FAULTS, isGood, runFaults } from './matrix.ts';
import type { Result } from './run-fault.ts';

/*
 * npm run chaos [-- WORD…]: lets every fault whose family or name contains one of the words strike the real
 * bot between the local servers, and prints what was lost and doubled. Exit code 1 when anything was.
 */
const words = process.argv.slice(2).map((word) => word.toLowerCase());
const chosen = FAULTS.filter(
  ({ name }) => words.length === 0 || words.some((word) => name.toLowerCase().includes(word)),
);

if (chosen.length === 0) {
  const families = new Set(FAULTS.map(({ name }) => name.split(':')[0]));
  process.stderr.write(`No fault is called so. There are these families: ${[...families].join(', ')}\n`);
  process.exit(1);
}

const server = await startOwnServer();
let bad = 0;
try {
  print(row(['fault', 'times', 'signals', 'lost', 'doubled', 'late', 'recovered in']));
  for await (const result of runFaults(chosen, server)) {
    if (!isGood(result)) bad += 1;
    print(describe(result));
  }
} finally {
  await server.close();
}
print(`\n${chosen.length - bad} of ${chosen.length} faults: nothing lost, nothing doubled, recovered.`);
process.exit(bad === 0 ? 0 : 1);

function describe(result: Result): string {
  const { fault, injected, signals, lost, doubled, late, recoveredMs, complaints } = result;
  const recovered =
    recoveredMs === null ? 'never' : recoveredMs === 0 ? 'at once' : `${recoveredMs / 1000} s`;
  const cells = [fault, injected, signals, lost.length, doubled.length, late, recovered].map(String);
  const said = [
    ...lost.map((what) => `lost: ${what}`),
    ...doubled.map((what) => `doubled: ${what}`),
    ...complaints,
  ];
  return [row(cells), ...said.map((what) => `    ${what}`)].join('\n');
}

function row([fault = '', ...numbers]: readonly string[]): string {
  return [fault.padEnd(72), ...numbers.map((number) => number.padStart(8))].join(' ');
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
