import { beatHeart } from '../app/ops/beat-heart.ts';
import type { Job } from './job.ts';

const EVERY_MS = 60_000;

/** Tells the monitor outside each minute that all is well. */
export const heartbeat: Job = {
  name: 'heartbeat',
  role: 'every',
  next: (now) => now + EVERY_MS,
  run: beatHeart,
};
