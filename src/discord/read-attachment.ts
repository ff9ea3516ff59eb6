import { parse } from 'csv-parse/sync';
import type { Attachment } from 'discord.js';
import type { FileTable } from '../app/journal/journal-import.ts';
import { OraError } from '../domain/errors.ts';

/** Some 10,000 fills. */
const MAX_BYTES = 1_000_000;
const DEADLINE_MS = 10_000;
const LOOPBACK = /^(127\.0\.0\.1|\[::1\]|localhost)$/;

/**
 * The table in a CSV file that a person attached, header first, whatever separates its cells.
 *
 * @throws OraError `bad_input` for a file that is too large or no CSV, `unavailable` when Discord does not
 * give it out.
 */
export async function readTable({
  name,
  size,
  url,
}: Pick<Attachment, 'name' | 'size' | 'url'>): Promise<FileTable> {
  if (size > MAX_BYTES) {
    throw new OraError('bad_input', `"${name}" is larger than 1 MB. Import a part of it at a time.`);
  }
  return parseTable(name, await download(name, new URL(url)));
}

async function download(name: string, url: URL): Promise<string> {
  if (url.protocol !== 'https:' && !LOOPBACK.test(url.hostname)) throw notGivenOut(name);
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(DEADLINE_MS), redirect: 'error' });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return await response.text();
  } catch (error) {
    throw notGivenOut(name, error);
  }
}

/** Rows of cells; the separator is the one that the header uses most. */
export function parseTable(name: string, text: string): FileTable {
  const [first = ''] = text.split('\n', 1);
  const [delimiter = ','] = [',', ';', '\t'].toSorted(
    (a, b) => first.split(b).length - first.split(a).length,
  );
  try {
    const rows: string[][] = parse(text, {
      bom: true,
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
    return rows;
  } catch (error) {
    throw new OraError('bad_input', `"${name}" cannot be read as CSV. Export it again, or save it as CSV.`, {
      cause: error,
    });
  }
}

function notGivenOut(name: string, cause?: unknown): OraError {
  return new OraError('unavailable', `Discord did not give out "${name}". Attach it once more.`, { cause });
}
