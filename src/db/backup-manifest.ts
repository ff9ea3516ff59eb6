import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { OraError } from '../domain/errors.ts';

/** A name as it may stand in SQL: a manifest is a file that somebody may have changed. */
const identifier = z.string().regex(/^[a-z_][a-z0-9_]*$/);
const count = z.number().int().min(0);

const ManifestTable = z.object({
  name: identifier,
  columns: z.array(identifier).min(1),
  file: z.string().regex(/^[a-z0-9_]+\.copy\.gz$/),
  rows: count,
  bytes: count,
  /** Of the file as it lies there. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** What a backup holds. */
const Manifest = z.object({
  format: z.literal(1),
  madeAt: z.iso.datetime(),
  /** How many migrations the database had seen, and the time that the newest of them bears. */
  migrations: count,
  migratedTo: z.number(),
  tables: z.array(ManifestTable),
  /** Last number given out; those that never gave one are left out. */
  sequences: z.array(z.object({ name: identifier, value: z.string().regex(/^-?\d+$/) })),
});

export type ManifestTable = z.infer<typeof ManifestTable>;
export type Manifest = z.infer<typeof Manifest>;

export function manifestPath(folder: string): string {
  return join(folder, 'manifest.json');
}

/** @throws OraError `bad_input` when the folder is no backup of ours, or was not finished. */
export async function readManifest(folder: string): Promise<Manifest> {
  try {
    return Manifest.parse(JSON.parse(await readFile(manifestPath(folder), 'utf8')));
  } catch (cause) {
    throw new OraError(
      'bad_input',
      `"${folder}" is not a backup of OraCore: its manifest.json is not there or not whole.`,
      { cause },
    );
  }
}
