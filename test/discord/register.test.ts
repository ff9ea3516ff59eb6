import { SlashCommandBuilder } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as commands from '../../commands/all.ts';
import { registerCommands } from '../../src/discord/register.ts';
import { startTestBot, type TestBot } from '../support/discord-bot.ts';

let bot: TestBot;
beforeEach(async () => {
  bot = await startTestBot();
});
afterEach(() => bot.close());

function register(list: Parameters<typeof registerCommands>[2]) {
  return registerCommands(bot.client, bot.discord.guildId, list);
}

function writes(): number {
  return bot.discord.journal.filter(({ method, path }) => method === 'PUT' && path.endsWith('/commands'))
    .length;
}

describe('registering commands', () => {
  it('registers all of ours, and writes nothing when started again', async () => {
    expect(await register(Object.values(commands))).toBe('registered');
    expect(await register(Object.values(commands))).toBe('unchanged');
    expect(await register(Object.values(commands).reverse())).toBe('unchanged');

    expect(writes()).toBe(1);
    expect(bot.discord.violations).toEqual([]);
  });

  it.each([
    ['a description', (data: SlashCommandBuilder) => data.setDescription('other')],
    ['a permission', (data: SlashCommandBuilder) => data.setDefaultMemberPermissions('32')],
    [
      'an option',
      (data: SlashCommandBuilder) => data.addStringOption((o) => o.setName('more').setDescription('more')),
    ],
  ])('registers again when %s has changed', async (_what, change) => {
    const plain = () => new SlashCommandBuilder().setName('one').setDescription('first');
    await register([{ data: plain() }]);

    const changed = plain();
    change(changed);

    expect(await register([{ data: changed }])).toBe('registered');
    expect(await register([{ data: changed }])).toBe('unchanged');
  });

  it('notices choices, limits and whether an option is required', async () => {
    const withOption = (edit: (o: { required: boolean; max: number; choice: string }) => void) => {
      const o = { required: false, max: 5, choice: 'a' };
      edit(o);
      return new SlashCommandBuilder()
        .setName('one')
        .setDescription('first')
        .addIntegerOption((option) =>
          option.setName('n').setDescription('number').setRequired(o.required).setMaxValue(o.max),
        )
        .addStringOption((option) =>
          option.setName('s').setDescription('text').addChoices({ name: o.choice, value: o.choice }),
        );
    };
    await register([{ data: withOption(() => undefined) }]);

    expect(await register([{ data: withOption((o) => (o.required = true)) }])).toBe('registered');
    expect(await register([{ data: withOption((o) => Object.assign(o, { required: true, max: 6 })) }])).toBe(
      'registered',
    );
    expect(
      await register([
        { data: withOption((o) => Object.assign(o, { required: true, max: 6, choice: 'b' })) },
      ]),
    ).toBe('registered');
  });
});
