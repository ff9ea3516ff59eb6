import { once } from 'node:events';
import { readSandboxConfig } from '../config.ts';
import { OraError } from '../domain/errors.ts';
import { createLogger } from '../logger.ts';
import { parseArguments, USAGE } from './arguments.ts';
import { startSandbox } from './sandbox.ts';

async function main(signal: AbortSignal): Promise<void> {
  const { help, ...chosen } = parseArguments(process.argv.slice(2));
  if (help) return void process.stdout.write(USAGE);
  const config = readSandboxConfig();
  const sandbox = await startSandbox({
    ...chosen,
    dataHome: config.DATA_DIR,
    yahooUrl: config.YAHOO_BASE_URL,
    log: createLogger(config.LOG_LEVEL, { destination: process.stderr }),
    signal,
  });
  try {
    process.stdout.write(`${sandbox.notice}\nOraCore sandbox: ${sandbox.url}\n`);
    await sandbox.play();
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await sandbox.close();
  }
}

const stopping = new AbortController();
// Not `once`: a terminal sends Ctrl-C to npm and to us, and npm passes its own on.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stopping.abort());
try {
  await main(stopping.signal);
} catch (error) {
  if (!stopping.signal.aborted) {
    process.stderr.write(`${error instanceof OraError ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
