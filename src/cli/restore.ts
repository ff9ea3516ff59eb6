import { readDatabaseConfig, SECRET_VARIABLES } from '../config.ts';
import { checkBackup, restoreBackup } from '../db/restore.ts';
import { withServer } from '../db/with-server.ts';
import { secretsOf } from '../hide-secrets.ts';
import { createLogger } from '../logger.ts';
import { databaseOptionsOf } from '../settings.ts';
import type { OperatorCommand } from './operator.ts';
import { showProgress } from './progress.ts';

/** `oracore restore FOLDER [--check]` */
export const restore: OperatorCommand = (program, { say }) => {
  program
    .command('restore')
    .description('put a backup into the database that DATABASE_URL or DATA_DIR names; it must be empty')
    .argument('<folder>', 'one backup: oracore-2026-11-22T08-00-00Z')
    .option('--check', 'only read all of it and hold it against its checksums')
    .action(async (folder: string, { check = false }: { readonly check?: boolean }) => {
      const { madeAt, tables } = check ? await checkBackup(folder) : await restoreInto(folder);
      const rows = tables.reduce((sum, table) => sum + table.rows, 0);
      say(`${folder} of ${madeAt} ${check ? 'is whole' : 'restored'}: ${tables.length} tables, ${rows} rows`);
    });
};

async function restoreInto(folder: string) {
  const config = readDatabaseConfig();
  const secrets = secretsOf(config, SECRET_VARIABLES);
  const log = createLogger(config.LOG_LEVEL, { destination: process.stderr, secrets });
  const bar = showProgress(process.stderr);
  try {
    return await withServer({ ...databaseOptionsOf(config), log }, (server) =>
      restoreBackup(server, folder, ({ table, tablesDone, tablesTotal }) =>
        bar.show(tablesDone / tablesTotal, table),
      ),
    );
  } finally {
    bar.end();
  }
}
