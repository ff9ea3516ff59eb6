import { readDatabaseConfig, SECRET_VARIABLES } from '../config.ts';
import { grantRoles } from '../db/grant-roles.ts';
import { migrate as bringUpToDate } from '../db/migrate.ts';
import { withServer } from '../db/with-server.ts';
import { secretsOf } from '../hide-secrets.ts';
import { createLogger } from '../logger.ts';
import { databaseOptionsOf } from '../settings.ts';
import type { OperatorCommand } from './operator.ts';

interface MigrateOptions {
  readonly app?: string;
  readonly reader?: string;
}

/** `oracore migrate [--app ROLE] [--reader ROLE]` */
export const migrate: OperatorCommand = (program, { say }) => {
  program
    .command('migrate')
    .description('bring the database up to date as the owner of its tables, for processes that may not')
    .option('--app <role>', 'a role that the bot runs as: it reads and writes, and changes no table')
    .option('--reader <role>', 'a role that only reads: notebooks, dashboards, backups')
    .action(async ({ app, reader }: MigrateOptions) => {
      const config = readDatabaseConfig();
      const secrets = secretsOf(config, SECRET_VARIABLES);
      const log = createLogger(config.LOG_LEVEL, { destination: process.stderr, secrets });
      const granted = await withServer({ ...databaseOptionsOf(config), log }, async (server) => {
        const { version, timescale } = await bringUpToDate(server);
        say(
          `up to date: Postgres ${version}, ${timescale.version ? `TimescaleDB ${timescale.version}` : 'plain tables'}`,
        );
        return grantRoles(server, { ...(app && { app }), ...(reader && { reader }) });
      });
      for (const line of granted) say(line);
    });
};
