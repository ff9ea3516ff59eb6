import { commandOf } from '../src/discord/subcommand.ts';
import { off } from './notify/off.ts';
import { set } from './notify/set.ts';
import { show } from './notify/show.ts';

/** Which cards mention a person by name. */
export const notify = commandOf(
  { name: 'notify', description: 'Choose which cards mention you by name', access: 'trader' },
  [set, show, off],
);
