import { drainMirror } from '../app/legacy/drain-mirror.ts';
import type { Job } from './job.ts';

const EVERY_MS = 5_000;

/** Sends the old MongoDB what it is owed; whichever process has MONGODB_URL takes the lease. */
export const mirror: Job = {
  name: 'mirror',
  role: 'every',
  next: (now) => now + EVERY_MS,
  run: async ({ services, clock, workerId, stopping }) => {
    const { mirror: target } = services;
    if (target !== undefined)
      await drainMirror({ ...services, target }, { by: workerId, clock, signal: stopping });
  },
};
