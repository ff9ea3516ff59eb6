import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkHealth } from './app/ops/check-health.ts';
import { readInTime } from './app/ops/read-condition.ts';
import type { Logger } from './app/ports.ts';
import { type Bot, startBot } from './bot.ts';
import { createChartRenderer } from './chart/renderer.ts';
import { type ProcessConfig, readProcessConfig, SECRET_VARIABLES } from './config.ts';
import { openDatabase } from './db/open.ts';
import { OraError } from './domain/errors.ts';
import { ROLE_NAMES, type RoleName, rolesOf } from './domain/roles.ts';
import { createSecretFilter, secretsOf } from './hide-secrets.ts';
import { createLogger } from './logger.ts';
import { createYahooSource } from './market/yahoo.ts';
import { openMongo } from './mongo/client.ts';
import { createMirrorTarget } from './mongo/mirror.ts';
import { startOpsServer } from './ops/http-server.ts';
import { createMetrics, type Metrics } from './ops/metrics.ts';
import { databaseOptionsOf, discordOptionsOf, marketOptionsOf, opsOf, settingsOf } from './settings.ts';

/** A stop that takes longer than this is cut short: what was claimed runs out by itself. */
const STOP_MS = 28_000;
/** Named in the database, so that no other program means the same. */
const GATEWAY_LOCK = 'oracore: connected to discord';

interface Process {
  readonly role: RoleName;
  readonly config: ProcessConfig;
  readonly log: Logger;
}

/** Runs the parts of the role until a signal or a fatal error; resolves with the exit code. */
async function run({ role, config, log }: Process): Promise<number> {
  const end = Promise.withResolvers<number>();
  const stopping = new AbortController();
  const finish = (code: number) => {
    end.resolve(code);
    if (stopping.signal.aborted) return;
    stopping.abort();
    setTimeout(() => giveUp(log), STOP_MS).unref();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => finish(0));
  process.on('unhandledRejection', (error) => log.error({ error }, 'unhandled rejection'));
  // Nobody knows what state it has left: only a new process does. Said in the log, where no secret passes.
  process.on('uncaughtException', (error) => {
    log.error({ error }, 'uncaught exception');
    finish(1);
  });

  await using resources = new AsyncDisposableStack();
  const metrics = createMetrics();
  let bot: Bot | null = null;
  const server = await serveOps(config, metrics, { log, bot: () => bot });
  resources.defer(() => server?.close());
  const database = await openDatabase({ ...databaseOptionsOf(config), log });
  resources.defer(() => database.close());
  const charts = createChartRenderer({ log });
  resources.defer(() => charts.close());
  const mongo = config.MONGODB_URL === undefined ? null : openMongo(config.MONGODB_URL);
  resources.defer(() => mongo?.close());
  const starting = startBot({
    database: { ...database, stores: metrics.measureStores(database.stores) },
    ...(mongo && { mirror: createMirrorTarget(mongo) }),
    charts,
    exportDir: join(config.DATA_DIR, 'exports'),
    log,
    market: metrics.measureMarket(createYahooSource({ ...marketOptionsOf(config), log, now: Date.now })),
    settings: settingsOf(config, { origin: 'live', alertChannelId: config.ALERT_CHANNEL_ID ?? '' }),
    discord: discordOptionsOf(config),
    roles: rolesOf(role),
    gatewayLock: database.lock(GATEWAY_LOCK),
    telemetry: metrics.telemetry,
    ops: opsOf(config, database),
    clock: Date.now,
    schedule: 'clock',
    notice: null,
    signal: stopping.signal,
    onFatal: (error) => {
      log.error({ error }, 'this process can no longer do its part');
      finish(1);
    },
  });
  bot = await starting.catch((error: unknown) => {
    if (stopping.signal.aborted) return null; // asked to stop while still connecting
    throw error;
  });
  if (bot === null) return end.promise;
  const { stop } = bot;
  resources.defer(stop);
  log.info({ role, gateway: bot.desk.isGateway(), ops: server?.url, database: database.status }, 'desk open');
  const code = await end.promise;
  log.info({ code }, 'desk closes');
  return code;
}

/** From the first moment on, so that a supervisor sees a start that takes long. */
async function serveOps(
  config: ProcessConfig,
  metrics: Metrics,
  { log, bot }: { readonly log: Logger; readonly bot: () => Bot | null },
) {
  if (config.OPS_PORT === undefined) return null;
  const starting = { name: 'start', ok: false, sentence: 'Still starting.' } as const;
  return startOpsServer({
    host: config.OPS_HOST,
    port: config.OPS_PORT,
    log,
    health: async () => {
      const running = bot();
      return running === null ? [starting] : checkHealth(running.desk);
    },
    metrics: () => {
      const desk = bot()?.desk;
      const read = () => (desk ? readInTime(desk.services, { now: Date.now() }) : Promise.reject());
      return metrics.text({ read, isGateway: desk?.isGateway() ?? false });
    },
  });
}

function giveUp(log: Logger): never {
  log.error({ seconds: STOP_MS / 1000 }, 'stopping took too long');
  process.exit(1);
}

/** @throws OraError `bad_input` for a role that does not exist. */
function readRole(args: readonly string[]): RoleName {
  const wrong = (cause?: unknown) =>
    new OraError('bad_input', `Use: npm start -- --role ${ROLE_NAMES.join('|')}`, { cause });
  try {
    const { values } = parseArgs({ args: [...args], options: { role: { type: 'string', default: 'all' } } });
    const role = ROLE_NAMES.find((name) => name === values.role);
    if (role !== undefined) return role;
  } catch (cause) {
    throw wrong(cause);
  }
  throw wrong();
}

/** Ends the process itself: a gateway that was still connecting would keep it alive. */
async function main(): Promise<never> {
  let hide = createSecretFilter([]);
  try {
    const role = readRole(process.argv.slice(2));
    const config = readProcessConfig(role);
    const secrets = secretsOf(config, SECRET_VARIABLES);
    hide = createSecretFilter(secrets);
    process.exit(await run({ role, config, log: createLogger(config.LOG_LEVEL, { secrets }) }));
  } catch (error) {
    process.stderr.write(`${hide(error instanceof OraError ? error.message : String(error))}\n`);
    process.exit(1);
  }
}

await main();
