import { pino } from 'pino';
import type { Logger } from './app/ports.ts';
import { describeError } from './describe-error.ts';
import { createSecretFilter } from './hide-secrets.ts';

/** Keys whose values are never written, wherever they lie in the first two levels. */
const SECRET_KEYS = [
  'token',
  'password',
  'connectionString',
  'authorization',
  'DISCORD_TOKEN',
  'DATABASE_URL',
];

export interface LoggerOptions {
  /** Instead of standard output. */
  readonly destination?: pino.DestinationStream;
  /** Never written, in whatever text they stand. */
  readonly secrets?: readonly string[];
}

/** Structured logs, one JSON object a line. */
export function createLogger(level: string, { destination, secrets = [] }: LoggerOptions = {}): Logger {
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { error: describeError },
    redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`]), censor: '[secret]' },
  };
  // Synchronous, so that the last words of a process are not lost.
  const out = destination ?? pino.destination({ fd: 1, sync: true });
  const hide = createSecretFilter(secrets);
  return pino(options, { write: (line) => void out.write(hide(line)) });
}
