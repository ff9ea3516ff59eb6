import { startLocalYahoo } from '../../src/sandbox/yahoo/local-yahoo.ts';
import { type Child, runProgram } from './child.ts';
import { createEmptyDatabase } from './database.ts';
import { asAdmin } from './database-admin.ts';
import { startCheckedDiscord } from './local-discord.ts';
import { PRICES } from './yahoo.ts';

/** Everything that processes of `npm start` share: a database, a local Discord, a local Yahoo. */
export interface SharedWorld extends AsyncDisposable {
  readonly databaseUrl: string;
  readonly discord: Awaited<ReturnType<typeof startCheckedDiscord>>;
  readonly yahoo: Awaited<ReturnType<typeof startLocalYahoo>>;
  /** Variables of a process that scans or labels: no word of Discord. */
  readonly plain: Readonly<Record<string, string>>;
  /** With all that the role `bot` needs. */
  readonly full: Readonly<Record<string, string>>;
  /** Starts a process; it is killed at the end if it still runs. */
  start(role: string, env?: Readonly<Record<string, string>>): Child;
  rows<T = Record<string, unknown>>(sql: string, values?: readonly unknown[]): Promise<T[]>;
}

/** Starts them, with an empty database. */
export async function startSharedWorld(): Promise<SharedWorld> {
  const resources = new AsyncDisposableStack();
  const discord = await startCheckedDiscord();
  resources.defer(() => discord.close());
  const yahoo = await startLocalYahoo({ prices: PRICES, now: Date.now });
  resources.defer(() => yahoo.close());
  const databaseUrl = await createEmptyDatabase();
  const plain = {
    DATABASE_URL: databaseUrl,
    DATABASE_TLS: 'off',
    DATABASE_POOL_SIZE: '4',
    YAHOO_BASE_URL: yahoo.baseUrl,
    YAHOO_SPACING_MS: '0',
    BACKUP_KEEP: '0',
    ALERT_CHANNEL_ID: discord.channels.alerts,
  };
  const full = {
    ...plain,
    DISCORD_TOKEN: discord.token,
    DISCORD_APPLICATION_ID: discord.applicationId,
    DISCORD_GUILD_ID: discord.guildId,
    TRADER_ROLE_IDS: discord.roles.trader,
    ADMIN_ROLE_IDS: discord.roles.administrator,
    DISCORD_API_BASE: discord.apiUrl,
  };
  return {
    databaseUrl,
    discord,
    yahoo,
    plain,
    full,
    start(role, env = full) {
      const child = runProgram('src/main.ts', ['--role', role], env);
      resources.defer(() => void child.process.kill('SIGKILL'));
      return child;
    },
    rows: async (sql, values = []) =>
      asAdmin(databaseUrl, async (client) => (await client.query(sql, [...values])).rows),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
