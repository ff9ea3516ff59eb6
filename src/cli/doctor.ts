import { type Config, readConfig, SECRET_VARIABLES } from '../config.ts';
import { checkDatabase } from '../db/doctor.ts';
import { checkDiscord } from '../discord/doctor.ts';
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
      const findings = await checkDiscord({
        apiBase: config.DISCORD_API_BASE,
        token: config.DISCORD_TOKEN,
        applicationId: config.DISCORD_APPLICATION_ID,
        guildId: config.DISCORD_GUILD_ID,
        alertChannelId: config.ALERT_CHANNEL_ID,
        roles: { trader: config.TRADER_ROLE_IDS, admin: config.ADMIN_ROLE_IDS },
      });
      findings.push(...(await examineDatabase(config)));
      for (const { level, check, sentence } of findings)
        say(`${MARK[level]}  ${check.padEnd(12)} ${sentence}`);
      if (findings.some(({ level }) => level === 'fail')) process.exitCode = 1;
    });
};

async function examineDatabase(config: Config): Promise<Finding[]> {
  if (config.DATABASE_URL === undefined) {
    const sentence = `DATABASE_URL is empty: OraCore runs its own Postgres under ${config.DATA_DIR}. Back it up.`;
    return [{ level: 'warn', check: 'database', sentence }];
  }
  return checkDatabase({
    ...databaseOptionsOf(config),
    url: config.DATABASE_URL,
    log: createLogger('error', { destination: process.stderr, secrets: secretsOf(config, SECRET_VARIABLES) }),
  });
}
