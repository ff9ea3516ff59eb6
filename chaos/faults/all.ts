export { calendar } from './calendar.ts';
export { clock } from './clock.ts';
export { database } from './database.ts';
export { discord } from './discord.ts';
export { gateway } from './gateway.ts';
export { killed } from './killed.ts';
export { twoProcesses } from './two-processes.ts';
export { yahoo } from './yahoo.ts';
