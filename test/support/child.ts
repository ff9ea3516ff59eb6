import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

/** A program of the project as its own process. */
export interface Child {
  readonly process: ChildProcess;
  /** Everything it has printed so far, both streams. */
  output(): string;
  /** Resolves when the output contains the text. @throws Error with the output when it ends before. */
  prints(text: string): Promise<void>;
  /** Resolves with its exit code. */
  ended: Promise<number | null>;
}

/** Runs `src/…` with these variables and no others of ours; it never reads a `.env`. */
export function runProgram(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Child {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [resolve(ROOT, file), ...args], {
    cwd: ROOT,
    env: { PATH, HOME, ...env },
  });
  let output = '';
  let heard = () => {};
  const listen = (chunk: Buffer) => {
    output += chunk;
    heard();
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const ended = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
  return {
    process: child,
    output: () => output,
    ended,
    prints: (text) =>
      new Promise((found, failed) => {
        heard = () => {
          if (output.includes(text)) found();
        };
        heard();
        ended.then(() => failed(new Error(`it ended without printing "${text}":\n${output}`)));
      }),
  };
}
