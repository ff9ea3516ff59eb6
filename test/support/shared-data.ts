import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../../shared/data');

/**
 * Path of a recorded file beside the checkout, or null where the recordings are absent. A test
 * that needs one says so: `describe.skipIf(file === null)('… (needs recorded candles)', …)`.
 */
export function sharedData(path: string): string | null {
  const file = resolve(ROOT, path);
  if (existsSync(file)) return file;
  process.stderr.write(`skipped: recorded data "${path}" is not beside this checkout\n`);
  return null;
}
