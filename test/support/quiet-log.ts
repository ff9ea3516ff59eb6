import type { Logger } from '../../src/app/ports.ts';

/** A log that nobody reads. */
export const quiet: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
