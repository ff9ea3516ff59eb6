import { startOwnServer } from './databases.ts';
import type { FaultFamily } from './fault.ts';
import * as families from './faults/all.ts';
import { playUndisturbed, type Result, runFault } from './run-fault.ts';
import { setStage } from './stage.ts';
import { WORLD } from './world.ts';

/*
 * npm run chaos [-- WORD…]: lets every fault whose family or name contains one of the words strike the real
 * bot between the local servers, and prints what was lost and doubled. Exit code 1 when anything was.
 */
const words = process.argv.slice(2).map((word) => word.toLowerCase());
const all: readonly FaultFamily[] = Object.values(families);
const chosen = all.flatMap(({ family, faults }) =>
  faults
    .map((fault) => ({ ...fault, name: `${family}: ${fault.name}` }))
    .filter(({ name }) => words.length === 0 || words.some((word) => name.toLowerCase().includes(word))),
);

const server = await startOwnServer();
let bad = 0;
try {
  const stage = await setStage({ serverUrl: server.url, ...WORLD });
  const setting = { stage, serverUrl: server.url, restartServer: server.restart };
  const whole = await playUndisturbed(setting);
  print(
    `${chosen.length} faults, each against ${whole.signals.length} signals on ${whole.cards.length} cards\n`,
  );
  print(row(['fault', 'times', 'lost', 'doubled', 'late', 'recovered in']));
  for (const fault of chosen) {
    const result = await runFault(fault, { ...setting, whole });
    if (isBad(result)) bad += 1;
    print(describe(result));
  }
} finally {
  await server.close();
}
print(`\n${chosen.length - bad} of ${chosen.length} faults: nothing lost, nothing doubled, recovered.`);
process.exit(bad === 0 ? 0 : 1);

function isBad({ lost, doubled, recoveredMs, complaints }: Result): boolean {
  return lost.length + doubled.length + complaints.length > 0 || recoveredMs === null;
}

function describe(result: Result): string {
  const { fault, injected, lost, doubled, late, recoveredMs, complaints } = result;
  const recovered =
    recoveredMs === null ? 'never' : recoveredMs === 0 ? 'at once' : `${recoveredMs / 1000} s`;
  const cells = [fault, injected, lost.length, doubled.length, late, recovered].map(String);
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
