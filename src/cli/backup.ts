import { backUp } from '../app/ops/back-up.ts';
import { readDatabaseConfig } from '../config.ts';
import { OraError } from '../domain/errors.ts';
import { backupFolderOf } from '../settings.ts';
import type { OperatorCommand } from './operator.ts';

interface BackupOptions {
  readonly out?: string;
  readonly keep?: string;
}

/** `oracore backup [--out DIR] [--keep N]` */
export const backup: OperatorCommand = (program, { withServices, say, now }) => {
  program
    .command('backup')
    .description('copy every table into a folder, as the bot does each night')
    .option('--out <dir>', 'folder of the backups; else BACKUP_DIR, else backups in DATA_DIR')
    .option('--keep <n>', 'backups that stay, this one included; else BACKUP_KEEP')
    .action(async ({ out, keep }: BackupOptions) => {
      const config = readDatabaseConfig();
      const folder = out ?? backupFolderOf(config);
      const made = await withServices((services, database) =>
        backUp(services, {
          store: database.backups(folder),
          keep: keep === undefined ? Math.max(1, config.BACKUP_KEEP) : readCount(keep),
          now: now(),
        }),
      );
      say(`${made.folder}: ${made.tables} tables, ${made.rows} rows, ${made.bytes} bytes`);
    });
};

function readCount(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new OraError('bad_input', `"${text}" is not a number of backups. Keep at least 1.`);
}
