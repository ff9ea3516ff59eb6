import { commandOf } from '../src/discord/subcommand.ts';
import { riskOff } from './risk/off.ts';
import { riskSet } from './risk/set.ts';
import { riskShow } from './risk/show.ts';

/** What a person risks for one trade, so that the entry form knows the quantity. Nobody else sees it. */
export const risk = commandOf(
  { name: 'risk', description: 'Choose what you risk for one trade', access: 'trader' },
  [riskSet, riskShow, riskOff],
);
