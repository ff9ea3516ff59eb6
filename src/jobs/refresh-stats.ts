import { refreshStats as refresh } from '../app/stats/refresh-stats.ts';
import type { Job } from './job.ts';

const EVERY_MS = 60_000;

/** Keeps positions and roll-ups up to date for readers outside Discord; commands do it for themselves. */
export const refreshStats: Job = {
  name: 'refresh-stats',
  next: (now) => now + EVERY_MS,
  run: ({ services }) => refresh(services),
};
