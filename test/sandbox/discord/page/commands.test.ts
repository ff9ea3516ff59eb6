import type { APIApplicationCommand, APIApplicationCommandOption } from 'discord-api-types/v10';
import { describe, expect, it } from 'vitest';
import { matching, pathOf, typedCommands } from '../../../../src/sandbox/discord/page/commands.ts';

const aCommand = (name: string, options: readonly object[] = []): APIApplicationCommand => ({
  id: '1',
  type: 1,
  application_id: '2',
  name,
  description: `about ${name}`,
  // Tests name only what the picker reads.
  options: options as APIApplicationCommandOption[],
  default_member_permissions: null,
  version: '1',
});

const watch = aCommand('watch', [
  { type: 1, name: 'add', description: 'watch a ticker', options: [{ type: 3, name: 'ticker' }] },
  { type: 2, name: 'mute', description: '', options: [{ type: 1, name: 'all', description: 'mute all' }] },
]);
const signals = aCommand('signals', [{ type: 3, name: 'ticker' }]);

describe('typedCommands', () => {
  it('gives one line per subcommand, also inside a group, with its own options', () => {
    const lines = typedCommands([watch, signals]);

    expect(lines.map(pathOf)).toEqual(['/watch add', '/watch mute all', '/signals']);
    expect(lines.map(({ options }) => options.map(({ name }) => name))).toEqual([['ticker'], [], ['ticker']]);
    expect(lines[0]?.description).toBe('watch a ticker');
  });
});

describe('matching', () => {
  const lines = typedCommands([watch, aCommand('unwatch'), signals]);

  it.each([
    ['', ['/watch add', '/watch mute all', '/unwatch', '/signals']],
    ['wat', ['/watch add', '/watch mute all', '/unwatch']],
    ['WATCH  m', ['/watch mute all']],
    ['nothing', []],
  ])('puts commands that begin with "%s" before those that contain it', (typed, expected) => {
    expect(matching(lines, typed).map(pathOf)).toEqual(expected);
  });
});
