import { Command } from 'commander';
import { codeVersion } from '../code-version.ts';
import { OraError } from '../domain/errors.ts';
import * as commands from './all.ts';
import { withServices } from './with-services.ts';

const program = new Command('oracore')
  .description('Operator commands of OraCore. Run them as: npm run oracore -- COMMAND')
  .version(codeVersion())
  .showHelpAfterError();
const tools = { withServices, say: (line: string) => process.stdout.write(`${line}\n`), now: Date.now };
for (const register of Object.values(commands)) register(program, tools);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof OraError ? error.message : sayWhy(error)}\n`);
  process.exitCode = 1;
}

/** What went wrong in the end, and what was being done: a failed statement says only the latter. */
function sayWhy(error: unknown): string {
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  const doing =
    error instanceof Error && root !== error ? ` (${error.message.split('\n')[0]?.slice(0, 160)})` : '';
  return `${String(root)}${doing}`;
}
