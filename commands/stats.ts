import { commandOf } from '../src/discord/subcommand.ts';
import { decisionStats } from './stats/decisions.ts';
import { detectorStats } from './stats/detectors.ts';
import { journalStats } from './stats/journal.ts';

/** What followed signals, decisions and trades, each number with what it rests on. */
export const stats = commandOf(
  { name: 'stats', description: 'See what followed signals, decisions and trades', access: 'everyone' },
  [detectorStats, decisionStats, journalStats],
);
