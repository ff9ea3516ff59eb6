import { join } from 'node:path';
import type { Ops } from './app/ports.ts';
import type { Settings } from './app/services.ts';
import { codeVersion } from './code-version.ts';
import { type Config, type DatabaseConfig, hashConfig, type ProcessConfig } from './config.ts';
import type { Database, DatabaseOptions } from './db/open.ts';
import type { DiscordOptions } from './discord/gateway.ts';
import type { YahooOptions } from './market/yahoo.ts';
import { createHeartbeat } from './ops/heartbeat.ts';

const FETCH_DEADLINE_MS = 20_000;
const YAHOO_TIMEOUT_MS = 10_000;

/** What the use cases are told, from configuration. */
export function settingsOf(
  config: DatabaseConfig,
  where: Pick<Settings, 'origin' | 'alertChannelId'>,
): Settings {
  return {
    ...where,
    graceMs: config.CANDLE_GRACE_SECONDS * 1000,
    fetchDeadlineMs: FETCH_DEADLINE_MS,
    levelRule: config.CARD_LEVELS,
    retention: config.CANDLE_RETENTION,
    baselines: { seed: config.BASELINE_SEED, rate: config.BASELINE_RATE },
    codeVersion: codeVersion(),
    configHash: hashConfig(config),
  };
}

/** What the market source is told, from configuration. */
export function marketOptionsOf(
  config: DatabaseConfig,
): Pick<YahooOptions, 'baseUrl' | 'spacingMs' | 'timeoutMs'> {
  return { baseUrl: config.YAHOO_BASE_URL, spacingMs: config.YAHOO_SPACING_MS, timeoutMs: YAHOO_TIMEOUT_MS };
}

/** How Discord is reached; null for a process that was told no token, since its role is another. */
export function discordOptionsOf(config: ProcessConfig): DiscordOptions | null {
  const { DISCORD_TOKEN: token, DISCORD_GUILD_ID: guildId, TRADER_ROLE_IDS, ADMIN_ROLE_IDS } = config;
  if (token === undefined || guildId === undefined) return null;
  const roles = { trader: TRADER_ROLE_IDS ?? [], admin: ADMIN_ROLE_IDS ?? [] };
  return { apiBase: config.DISCORD_API_BASE, token, guildId, roles };
}

/** Who is told when something is wrong, and where backups go. */
export function opsOf(config: ProcessConfig, database: Pick<Database, 'backups'>): Ops {
  const { ADMIN_CHANNEL_ID, BACKUP_KEEP: keep, HEARTBEAT_URL } = config;
  return {
    adminChannelId: ADMIN_CHANNEL_ID ?? null,
    backups: keep === 0 ? null : { store: database.backups(backupFolderOf(config)), keep },
    heartbeat: HEARTBEAT_URL === undefined ? null : createHeartbeat(HEARTBEAT_URL),
  };
}

export function backupFolderOf({ BACKUP_DIR, DATA_DIR }: Pick<Config, 'BACKUP_DIR' | 'DATA_DIR'>): string {
  return BACKUP_DIR ?? join(DATA_DIR, 'backups');
}

/** How the database is reached, from configuration. */
export function databaseOptionsOf(config: DatabaseConfig): Omit<DatabaseOptions, 'log'> {
  return {
    url: config.DATABASE_URL,
    tls: config.DATABASE_TLS,
    caFile: config.DATABASE_CA_FILE,
    poolSize: config.DATABASE_POOL_SIZE,
    statementTimeoutMs: config.DATABASE_STATEMENT_TIMEOUT_SECONDS * 1000,
    requireTimescale: config.REQUIRE_TIMESCALE === '1',
    dataDir: config.DATA_DIR,
  };
}
