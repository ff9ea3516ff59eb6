import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Desk } from './app/desk.ts';
import { startMirror } from './app/legacy/drain-mirror.ts';
import type { MirrorTarget } from './app/legacy/legacy-ports.ts';
import { createChosenSettings, withChosen } from './app/ops/chosen-settings.ts';
import { noMessenger } from './app/ops/no-messenger.ts';
import { sayPresence } from './app/ops/say-presence.ts';
import { createWatchdog } from './app/ops/watch-over.ts';
import type { ChartRenderer, ExclusiveLock, Logger, MarketSource, Ops, QuoteSource } from './app/ports.ts';
import { recover } from './app/recover.ts';
import { createScanner } from './app/scan/scan-due.ts';
import { syncDetectors } from './app/scan/sync-detectors.ts';
import type { Services, Settings } from './app/services.ts';
import { SILENT, type Telemetry } from './app/telemetry.ts';
import type { Database } from './db/open.ts';
import { createClient } from './discord/client.ts';
import { createGateway, type DiscordOptions, type Gateway } from './discord/gateway.ts';
import { createMessenger } from './discord/messenger.ts';
import { OraError } from './domain/errors.ts';
import { ROLES, type Role } from './domain/roles.ts';
import { createTrainingShelf } from './export/shelf.ts';
import { createGatewayPlace } from './gateway-place.ts';
import * as jobs from './jobs/all.ts';
import type { Job } from './jobs/job.ts';
import { type Schedule, startJobs } from './jobs/schedule.ts';
import { createOnnxRuntime } from './ml/onnx-runtime.ts';

export interface BotOptions {
  readonly database: Database;
  readonly market: MarketSource & QuoteSource;
  readonly charts: ChartRenderer;
  /** Where training sets asked for in Discord are kept. */
  readonly exportDir: string;
  readonly log: Logger;
  readonly settings: Settings;
  /** The old MongoDB, while new events are mirrored there. */
  readonly mirror?: MirrorTarget;
  /** Null for a process that only scans or labels. */
  readonly discord: DiscordOptions | null;
  /** What this process does; everything unless said otherwise. */
  readonly roles?: readonly Role[];
  /** Held by the one process that is connected to Discord; without it this process is. */
  readonly gatewayLock?: ExclusiveLock;
  /** Epoch ms: the machine's clock, or the sandbox's replay clock. */
  readonly clock: () => number;
  /** `clock`: jobs come back by themselves. `manual`: whoever owns the replay clock calls them. */
  readonly schedule: 'clock' | 'manual';
  /** Said under cards whose prices are not live; null for live prices. */
  readonly notice: string | null;
  readonly telemetry?: Telemetry;
  /** For those who watch over it; without, nobody does. */
  readonly ops?: Ops;
  /** Called once when this process can no longer do its part: only a new one can. */
  readonly onFatal: (error: OraError) => void;
  /** Ends the attempts to log in. */
  readonly signal?: AbortSignal;
}

export interface Bot {
  readonly desk: Desk;
  /** Finishes what is running, gives back what is claimed, leaves Discord; whoever opened database and charts closes them. */
  stop(): Promise<void>;
}

/** What has not been finished so long after the order to stop is given back as it is. */
const FINISH_MS = 20_000;
const NO_OPS: Ops = { adminChannelId: null, backups: null, heartbeat: null };

/**
 * The composition root: wires stores, market, charts and Discord into the running desk, recovers what
 * a stop left, and starts the jobs of its roles. `main.ts`, the sandbox and the end-to-end tests all start it.
 * With the role `bot` it resolves when it is connected to Discord, or when another process is: then it waits
 * in the background to take over. Scanning and labelling wait for neither.
 *
 * @throws OraError `config` when Discord refuses the token or the bot is not in its server.
 */
export async function startBot(options: BotOptions): Promise<Bot> {
  const { database, log, clock, roles = ROLES, telemetry = SILENT, ops = NO_OPS, onFatal } = options;
  const stopping = new AbortController();
  const { services, gateway } = wire(options, stopping.signal);
  const workerId = randomUUID();
  const startedAt = clock();
  const desk: Desk = {
    services,
    scanner: createScanner(services, workerId),
    clock,
    workerId,
    roles,
    host: hostname(),
    startedAt,
    stopping: stopping.signal,
    isGateway: () => gateway?.isOpen() ?? false,
    ops,
    watchdog: createWatchdog(services, ops, startedAt),
  };
  const place = createGatewayPlace(options.gatewayLock, { log, signal: stopping.signal, onLost: onFatal });
  const schedules: Schedule[] = [];
  let standby: Promise<void> = Promise.resolve();

  const begin = (role: Role | 'every'): void => {
    if (options.schedule === 'manual' || stopping.signal.aborted) return;
    const mine = Object.values(jobs).filter((job: Job) => (job.role ?? 'bot') === role);
    schedules.push(startJobs(mine, desk, telemetry));
  };
  const work = async (role: Role): Promise<void> => {
    await recover(desk, role);
    begin(role);
  };
  const openGateway = async (): Promise<void> => {
    await gateway?.open();
    await work('bot');
  };
  const takeOver = async (): Promise<void> => {
    if (await place.take()) await openGateway();
  };
  const connect = async (): Promise<void> => {
    if (await place.tryTake()) return openGateway();
    log.info({}, 'another process is connected to discord: waiting to take over');
    standby = takeOver().catch((error: unknown) => {
      if (!stopping.signal.aborted) onFatal(toOraError(error));
    });
  };
  const stop = async (): Promise<void> => {
    stopping.abort();
    const finished = Promise.all([standby, ...schedules.map((schedule) => schedule.stop())]);
    await Promise.race([finished, sleep(FINISH_MS, undefined, { ref: false })]);
    await gateway?.close();
    await services.stores.processes.leave(workerId, clock()).catch((error: unknown) => {
      log.error({ error }, 'claims not given back: they run out by themselves');
    });
    await place.leave();
  };

  try {
    await syncDetectors(database);
    // Behind a bot with MONGODB_URL, a process that only scans or labels may do without it.
    if (options.mirror !== undefined || roles.includes('bot')) {
      await startMirror(services, { isConfigured: options.mirror !== undefined, now: clock() });
    }
    if (options.schedule === 'clock') await sayPresence(desk);
    begin('every');
    await Promise.all(roles.map((role) => (role === 'bot' ? connect() : work(role))));
  } catch (error) {
    await stop();
    throw error;
  }
  return { desk, stop };
}

function wire(
  options: BotOptions,
  stopping: AbortSignal,
): { readonly services: Services; readonly gateway: Gateway | null } {
  const { database, market, charts, log, settings, clock, notice, discord, telemetry = SILENT } = options;
  const client = discord === null ? null : createClient({ apiBase: discord.apiBase });
  const environment = { roles: discord?.roles ?? null, settings };
  const chosen = createChosenSettings(database.stores.deskSettings, discord?.guildId ?? null, environment);
  const services: Services = {
    stores: database.stores,
    market,
    quotes: market,
    charts,
    models: createOnnxRuntime(),
    trainingSets: createTrainingShelf(options.exportDir),
    messenger: client === null ? noMessenger : createMessenger(client, { notice }),
    database: database.status,
    ...(options.mirror && { mirror: options.mirror }),
    log,
    settings: withChosen(settings, chosen),
    chosen,
  };
  if (client === null || discord === null) return { services, gateway: null };
  const signal = options.signal === undefined ? stopping : AbortSignal.any([stopping, options.signal]);
  const { onFatal } = options;
  const gateway = createGateway(client, { services, discord, clock, notice, telemetry, onFatal, signal });
  return { services, gateway };
}

function toOraError(error: unknown): OraError {
  if (error instanceof OraError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new OraError('unavailable', `The connection to Discord failed: ${reason}.`, { cause: error });
}
