import type { Job } from './job.ts';

const EVERY_MS = 30_000;

/** Looks every half a minute whether a person is needed. */
export const watchdog: Job = {
  name: 'watchdog',
  next: (now) => now + EVERY_MS,
  run: ({ watchdog: dog, clock }) => dog.look(clock()),
};
