import { commandOf } from '../src/discord/subcommand.ts';
import { card } from './mute/card.ts';
import { detector } from './mute/detector.ts';
import { list } from './mute/list.ts';
import { off } from './mute/off.ts';
import { ticker } from './mute/ticker.ts';

/** Keeps cards away for a while; signals are found and labelled all the same. */
export const mute = commandOf(
  { name: 'mute', description: 'Keep cards away for a while', access: 'trader' },
  [ticker, detector, card, list, off],
);
