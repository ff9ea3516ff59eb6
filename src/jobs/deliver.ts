import { tendCards } from '../app/cards/tend-cards.ts';
import type { Job } from './job.ts';

const EVERY_MS = 5_000;

/** Delivers cards, reminders and replies whose time has come or whose process died, and repeats edits that were lost. */
export const deliver: Job = {
  name: 'deliver',
  next: (now) => now + EVERY_MS,
  run: (desk) => tendCards(desk, { scanned: false }),
};
