import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { DeskSettings, Order, Size, Word } from './desk-child.ts';

const PROGRAM = resolve(import.meta.dirname, 'desk-child.ts');

export type LogLine = Extract<Word, { kind: 'log' }>;

/** The bot in a process of its own: it can be killed, and another started in its place. */
export interface DeskProcess {
  /** Connected to Discord and recovered. */
  readonly ready: Promise<void>;
  /** One candle close. Resolves also when the process dies over it. @returns whether it came to its end. */
  play(now: number): Promise<boolean>;
  setClock(now: number): Promise<void>;
  measure(now: number): Promise<Size>;
  isAlive(): boolean;
  /** SIGKILL. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Asks it to stop as a supervisor does. */
  stop(now: number): Promise<void>;
}

/** Told of what the process logs and prints on its way. */
export interface DeskListener {
  onLog(line: LogLine): void;
  /** Standard error: what no handler caught. */
  onOutcry(text: string): void;
}

/** Starts one, by Node's flags; without `--expose-gc` it is measured as it is, garbage included. */
export function startDeskProcess(
  settings: DeskSettings,
  listener: DeskListener,
  flags: readonly string[] = ['--optimize-for-size', '--expose-gc'],
): DeskProcess {
  const child = fork(PROGRAM, [JSON.stringify(settings)], {
    execArgv: [...flags, '--disable-warning=ExperimentalWarning'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'oracore-compile-cache') },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'json',
  });
  child.stderr?.on('data', (chunk: Buffer) => listener.onOutcry(String(chunk)));
  const gone = once(child, 'exit').then(() => undefined);
  const waiting = new Map<number, (word: Extract<Word, { kind: 'done' }>) => void>();
  const ready = Promise.withResolvers<void>();
  let orders = 0;

  child.on('message', (word: Word) => {
    if (word.kind === 'ready') ready.resolve();
    else if (word.kind === 'log') listener.onLog(word);
    else {
      waiting.get(word.id)?.(word);
      waiting.delete(word.id);
    }
  });
  void gone.then(() => ready.resolve()); // dead on arrival: whoever waits looks whether it lives

  /** Null when the process died instead of answering. */
  function order(what: Order['what'], now: number): Promise<Extract<Word, { kind: 'done' }> | null> {
    orders += 1;
    const id = orders;
    const answer = new Promise<Extract<Word, { kind: 'done' }>>((done) => waiting.set(id, done));
    if (isAlive(child)) child.send({ id, now, what } satisfies Order, () => undefined);
    return Promise.race([answer, gone.then(() => null)]);
  }

  return {
    ready: ready.promise,
    play: async (now) => (await order('play', now)) !== null,
    setClock: async (now) => void (await order('clock', now)),
    async measure(now) {
      const size = (await order('measure', now))?.size ?? null;
      if (size === null) throw new Error('the desk is not running');
      return size;
    },
    isAlive: () => isAlive(child),
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
    async stop(now) {
      await order('stop', now);
      await gone;
    },
  };
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}
