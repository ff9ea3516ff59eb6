import { registerBackfill } from './mongo/backfill.ts';
import { registerCutOver } from './mongo/cutover.ts';
import { registerHarden } from './mongo/harden.ts';
import { registerParity } from './mongo/parity.ts';
import { registerPreflight } from './mongo/preflight.ts';
import type { OperatorCommand } from './operator.ts';

/** `oracore mongo preflight | backfill | parity | cutover | harden`: leaving the old MongoDB, see docs/migration.md. */
export const mongo: OperatorCommand = (program, tools) => {
  const group = program.command('mongo').description('leave the old MongoDB with nothing lost');
  registerPreflight(group, tools);
  registerBackfill(group, tools);
  registerParity(group, tools);
  registerCutOver(group, tools);
  registerHarden(group, tools);
};
