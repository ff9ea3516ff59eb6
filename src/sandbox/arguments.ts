import { parseArgs } from 'node:util';
import { OraError } from '../domain/errors.ts';
import type { Speed } from './replay-clock.ts';

/** What `--help` prints. */
export const USAGE = `npm run sandbox -- [--data DIR] [--speed N|max] [--seed N] [--port N]

  --data DIR   replay recorded candles, files named like SPY_5m_2024.csv.gz
  --speed N    so many times faster than the market (20), or max
  --seed N     another simulated market (1)
  --port N     port of the page (any free one)
`;

/** What was asked for on the command line. */
export interface SandboxArguments {
  readonly help: boolean;
  /** Folder of recorded candles; null without. */
  readonly dataDir: string | null;
  readonly speed: Speed;
  readonly seed: number;
  /** 0 takes any free port. */
  readonly port: number;
}

/** @throws OraError `bad_input` for an option there is not, or one that says nothing sensible. */
export function parseArguments(args: readonly string[]): SandboxArguments {
  const { data, speed, seed, port, help } = readOptions(args);
  return {
    help,
    dataDir: data ?? null,
    speed: parseSpeed(speed),
    seed: parseWhole('--seed', seed, 999_999_999),
    port: parseWhole('--port', port, 65_535),
  };
}

function readOptions(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        speed: { type: 'string', default: '20' },
        seed: { type: 'string', default: '1' },
        port: { type: 'string', default: '0' },
        help: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (cause) {
    const [complaint] = String(cause instanceof Error ? cause.message : cause).split(/[.\n]/);
    throw new OraError('bad_input', `${complaint}.\n\n${USAGE}`, { cause });
  }
}

function parseSpeed(text: string): Speed {
  if (text === 'max') return 'max';
  const speed = Number(text);
  if (speed > 0 && Number.isFinite(speed)) return speed;
  throw new OraError('bad_input', `--speed takes a number above 0 or max, not "${text}".`);
}

function parseWhole(name: string, text: string, max: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) <= max) return Number(text);
  throw new OraError('bad_input', `${name} takes a whole number up to ${max}, not "${text}".`);
}
