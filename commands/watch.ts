import { commandOf } from '../src/discord/subcommand.ts';
import { watchAdd } from './watch/add.ts';
import { watchList } from './watch/list.ts';
import { watchRemove } from './watch/remove.ts';

/** Chooses what the desk scans for a person, and where its cards go. */
export const watch = commandOf(
  { name: 'watch', description: 'Choose what the desk scans for you', access: 'trader' },
  [watchAdd, watchRemove, watchList],
);
