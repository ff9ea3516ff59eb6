import { flushCompileCache } from 'node:module';
import { getActiveResourcesInfo, memoryUsage } from 'node:process';
import type { Logger } from '../src/app/ports.ts';
import { type BotOptions, startBot } from '../src/bot.ts';
import { createChartRenderer } from '../src/chart/renderer.ts';
import { openDatabase } from '../src/db/open.ts';
import { createYahooSource } from '../src/market/yahoo.ts';
import { playOnce } from '../src/sandbox/play.ts';

/** What a desk of its own process is told when it is started. */
export interface DeskSettings {
  readonly databaseUrl: string;
  readonly yahooUrl: string;
  readonly discord: NonNullable<BotOptions['discord']>;
  readonly alertChannelId: string;
  /** Simulated present, epoch ms. */
  readonly now: number;
  readonly poolSize: number;
  /** Deadline of one request to Yahoo, ms. */
  readonly timeoutMs: number;
}

/** What it can be asked to do; every order moves its clock. */
export interface Order {
  readonly id: number;
  readonly now: number;
  readonly what: 'play' | 'clock' | 'measure' | 'stop';
}

/** What it says by itself and in answer. */
export type Word =
  | { readonly kind: 'ready' }
  | { readonly kind: 'log'; readonly level: keyof Logger; readonly message: string; readonly error: string }
  | { readonly kind: 'done'; readonly id: number; readonly error: string | null; readonly size: Size | null };

/** How much a process holds. */
export interface Size {
  readonly heapMb: number;
  readonly rssMb: number;
  /** Open sockets, timers and other handles by kind. */
  readonly handles: Readonly<Record<string, number>>;
}

const MB = 1024 * 1024;
const say = (word: Word) => void process.send?.(word);
/** With its causes: a database error says what it was in the innermost one. */
const textOf = (error: unknown): string =>
  error instanceof Error
    ? [error.message, ...(error.cause === undefined ? [] : [textOf(error.cause)])].join(': ')
    : String(error);

function createLog(): Logger {
  const keep = (level: keyof Logger) => (data: object, message: string) => {
    const error = 'error' in data ? textOf(data.error) : '';
    say({ kind: 'log', level, message, error });
  };
  return { debug: () => undefined, info: keep('info'), warn: keep('warn'), error: keep('error') };
}

function measure(): Size {
  globalThis.gc?.();
  const { heapUsed, rss } = memoryUsage();
  const handles: Record<string, number> = {};
  for (const kind of getActiveResourcesInfo()) handles[kind] = (handles[kind] ?? 0) + 1;
  return { heapMb: heapUsed / MB, rssMb: rss / MB, handles };
}

// The whole bot as a process, whose clock is moved by the process that started it.
const settings: DeskSettings = JSON.parse(process.argv[2] ?? '');
let now = settings.now;
const clock = () => now;
const log = createLog();
const database = await openDatabase({
  url: settings.databaseUrl,
  dataDir: '/nonexistent',
  poolSize: settings.poolSize,
  log,
});
const charts = createChartRenderer({ log });
/** As in main.ts: a supervisor starts another. */
function end(error: unknown): never {
  log.error({ error }, 'fatal');
  process.exit(1);
}
const bot = await startBot({
  database,
  charts,
  log,
  clock,
  market: createYahooSource({
    baseUrl: settings.yahooUrl,
    log,
    spacingMs: 0,
    timeoutMs: settings.timeoutMs,
    backoffMs: 1,
    now: clock,
  }),
  settings: {
    origin: 'sandbox',
    graceMs: 0,
    fetchDeadlineMs: 8 * settings.timeoutMs,
    codeVersion: 'chaos',
    configHash: 'chaos',
    levelRule: 'atr',
    baselines: { seed: 'chaos', rate: 0.02 },
    alertChannelId: settings.alertChannelId,
  },
  discord: settings.discord,
  exportDir: '/nonexistent',
  schedule: 'manual',
  notice: null,
  onFatal: end,
}).catch(end);

async function obey(order: Order): Promise<void> {
  now = order.now;
  let error: string | null = null;
  try {
    if (order.what === 'play') await playOnce(bot.desk, now);
    if (order.what === 'stop') await bot.stop();
  } catch (thrown) {
    error = textOf(thrown);
    log.error({ error: thrown }, 'job failed'); // as the job runner does
  }
  say({ kind: 'done', id: order.id, error, size: order.what === 'measure' ? measure() : null });
  if (order.what === 'stop') process.exit(0);
}

process.on('message', (order: Order) => void obey(order));
process.on('disconnect', () => process.exit(0));
// A hundred of them start, and few come to their end, where Node would write it.
flushCompileCache();
say({ kind: 'ready' });
