import { parseArgs } from 'node:util';
import { startOwnServer } from '../databases.ts';
import { countHandles, growthOf, isFlat } from './growth.ts';
import { soak } from './soak.ts';

/*
 * npm run soak -- --days 10 --tickers 100 --seed 1: simulated trading days at full speed through the local
 * servers, with mishaps at random; then the books. Exit code 1 when a line does not reconcile.
 */
const { days, tickers, seed } = readArguments();

const print = (text: string) => void process.stdout.write(`${text}\n`);
const began = performance.now();
const server = await startOwnServer();
let isGood = false;
try {
  const result = await soak({ days, tickers, seed, serverUrl: server.url, onDay: print });
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  print(`\n${result.candles} candles of ${tickers} tickers in ${seconds} s, with:`);
  for (const [name, times] of Object.entries(result.mishaps).toSorted())
    print(`  ${String(times).padStart(4)} × ${name}`);
  print('');
  for (const { what, expected, found } of result.lines)
    print(
      `${expected === found ? 'ok  ' : 'MISS'} ${what.padEnd(48)} ${String(expected).padStart(8)} ${String(found).padStart(8)}`,
    );
  print('');
  const growth = growthOf(result.samples);
  for (const { candle, size } of [result.samples.at(0), result.samples.at(-1)].filter(
    (each) => each !== undefined,
  ))
    print(
      `after ${candle} candles: heap ${size.heapMb.toFixed(0)} MB, resident ${size.rssMb.toFixed(0)} MB, ${countHandles(size)} handles`,
    );
  print(
    `${isFlat(growth) ? 'ok  ' : 'MISS'} growth over ${result.samples.length} samples: heap ${growth.heapMb.toFixed(1)} MB, resident ${growth.rssMb.toFixed(1)} MB, ${growth.handles.toFixed(1)} handles`,
  );
  isGood = isFlat(growth) && result.lines.every(({ expected, found }) => expected === found);
} finally {
  await server.close();
}
process.exit(isGood ? 0 : 1);

function readArguments(): { readonly days: number; readonly tickers: number; readonly seed: number } {
  const asked = { days: '10', tickers: '100', seed: '1' };
  try {
    const option = { type: 'string' } as const;
    const { values } = parseArgs({ options: { days: option, tickers: option, seed: option } });
    Object.assign(asked, values);
  } catch {
    return refuse();
  }
  const read = { days: Number(asked.days), tickers: Number(asked.tickers), seed: Number(asked.seed) };
  return Object.values(read).every((number) => Number.isSafeInteger(number) && number > 0) ? read : refuse();
}

function refuse(): never {
  process.stderr.write('Use: npm run soak -- --days 10 --tickers 100 --seed 1, whole numbers from 1 on\n');
  process.exit(1);
}
