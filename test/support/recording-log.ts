import type { Logger } from '../../src/app/ports.ts';

export interface LogLine {
  readonly level: keyof Logger;
  readonly data: object;
  readonly message: string;
}

/** A logger that prints nothing and keeps every line. */
export function recordingLog(): Logger & { readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const keep = (level: keyof Logger) => (data: object, message: string) =>
    void lines.push({ level, data, message });
  return { lines, debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
}
