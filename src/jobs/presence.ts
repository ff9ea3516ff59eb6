import { sayPresence } from '../app/ops/say-presence.ts';
import type { Job } from './job.ts';

const EVERY_MS = 10_000;

/** Says every ten seconds that this process is there. */
export const presence: Job = {
  name: 'presence',
  role: 'every',
  next: (now) => now + EVERY_MS,
  run: sayPresence,
};
