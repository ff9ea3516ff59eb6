import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '../app/ports.ts';
import { type Config, readConfig, SECRET_VARIABLES } from '../config.ts';
import { checkDatabase, readDeskSettings } from '../db/doctor.ts';
import { startEmbedded } from '../db/embedded.ts';
import { checkDiscord } from '../discord/doctor.ts';
import { type DeskSettings, NOTHING_CHOSEN } from '../domain/desk-settings.ts';
import type { Finding } from '../domain/finding.ts';
import { secretsOf } from '../hide-secrets.ts';
import { createLogger } from '../logger.ts';
import { databaseOptionsOf } from '../settings.ts';
import type { OperatorCommand } from './operator.ts';

const MARK: Readonly<Record<Finding['level'], string>> = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' };

/** `oracore doctor`: exits 1 when something must be mended. */
export const doctor: OperatorCommand = (program, { say }) => {
  program
    .command('doctor')
    .description('check a live configuration: token, permissions, database, clock')
    .action(async () => {
      const config = readConfig();
      const log = createLogger('error', {
        destination: process.stderr,
        secrets: secretsOf(config, SECRET_VARIABLES),
      });
      const findings = await checkDiscord({
        apiBase: config.DISCORD_API_BASE,
        token: config.DISCORD_TOKEN,
        applicationId: config.DISCORD_APPLICATION_ID,
        guildId: config.DISCORD_GUILD_ID,
        environment: {
          roles: { trader: config.TRADER_ROLE_IDS, admin: config.ADMIN_ROLE_IDS },
          settings: { alertChannelId: config.ALERT_CHANNEL_ID },
        },
        adminChannelId: config.ADMIN_CHANNEL_ID ?? null,
        chosen: await readChosen(config, log),
      });
      findings.push(...(await examineDatabase(config, log)));
      for (const { level, check, sentence } of findings)
        say(`${MARK[level]}  ${check.padEnd(12)} ${sentence}`);
      if (findings.some(({ level }) => level === 'fail')) process.exitCode = 1;
    });
};

/** What /setup chose. A database that does not answer has a finding of its own. */
async function readChosen(config: Config, log: Logger): Promise<DeskSettings> {
  const { DATABASE_URL: url, DATA_DIR: dataDir, DISCORD_GUILD_ID: guildId } = config;
  if (url !== undefined)
    return readDeskSettings({ ...databaseOptionsOf(config), url, log }, guildId).catch(() => NOTHING_CHOSEN);
  if (!existsSync(dataDir)) return NOTHING_CHOSEN; // no bot has run here yet
  const server = await startEmbedded({ dataDir: join(dataDir, 'postgres'), log });
  try {
    return await readDeskSettings({ url: server.url, tls: 'off', log }, guildId);
  } finally {
    await server.stop();
  }
}

async function examineDatabase(config: Config, log: Logger): Promise<Finding[]> {
  if (config.DATABASE_URL === undefined) {
    const sentence = `DATABASE_URL is empty: OraCore runs its own Postgres under ${config.DATA_DIR}. Back it up.`;
    return [{ level: 'warn', check: 'database', sentence }];
  }
  return checkDatabase({ ...databaseOptionsOf(config), url: config.DATABASE_URL, log });
}
