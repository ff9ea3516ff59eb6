import { setTimeout as sleep } from 'node:timers/promises';
import {
  ButtonStyle,
  ComponentType,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  SlashCommandBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Services } from '../../src/app/services.ts';
import type { Button, Command } from '../../src/discord/command.ts';
import { registerCommands } from '../../src/discord/register.ts';
import { createRouter } from '../../src/discord/router.ts';
import { OraError } from '../../src/domain/errors.ts';
import type { Seen } from '../../src/sandbox/discord/interaction.ts';
import { startTestBot, type TestBot } from '../support/discord-bot.ts';
import { recordingLog } from '../support/recording-log.ts';

const NOW = Date.UTC(2024, 5, 3, 14, 35);

let bot: TestBot;
let log: ReturnType<typeof recordingLog>;
let audit: object[];
beforeEach(async () => {
  bot = await startTestBot();
  log = recordingLog();
  audit = [];
});
afterEach(() => bot.close());

/** A router with plug-ins of the test's own; the audit log is all it needs of the services. */
async function route(
  plugIns: { readonly commands?: readonly Command[]; readonly buttons?: readonly Button[] },
  overrides: Partial<Parameters<typeof createRouter>[0]> = {},
): Promise<void> {
  const stores = { audit: { write: async (entry: object) => void audit.push(entry) } };
  const services = { stores, log } as unknown as Services;
  const { commands = [], buttons = [] } = plugIns;
  const roles = { trader: [bot.discord.roles.trader], admin: [bot.discord.roles.administrator] };
  const { guildId } = bot.discord;
  const options = {
    services,
    guildId,
    roles,
    notice: null,
    clock: () => NOW,
    deadlineMs: 100,
    commands,
    buttons,
  };
  bot.client.on('interactionCreate', createRouter({ ...options, ...overrides }));
  await registerCommands(bot.client, guildId, commands);
}

function aCommand(run: Command['run'], overrides: Partial<Command> = {}): Command {
  const data = new SlashCommandBuilder()
    .setName('act')
    .setDescription('acts')
    .addStringOption((option) => option.setName('text').setDescription('text').setAutocomplete(true));
  return { data, access: 'everyone', audience: 'channel', run, ...overrides };
}

/** A message of ours with one button. */
async function aMessageWith(customId: string) {
  const channel = await bot.client.channels.fetch(bot.discord.channels.desk);
  if (!channel?.isSendable()) throw new Error('the desk is not there');
  const button = {
    type: ComponentType.Button,
    custom_id: customId,
    label: 'Go',
    style: ButtonStyle.Primary,
  } as const;
  return channel.send({
    content: 'before',
    components: [{ type: ComponentType.ActionRow, components: [button] }],
  });
}

function aForm(): ModalBuilder {
  const input = new TextInputBuilder().setCustomId('text').setStyle(TextInputStyle.Short);
  return new ModalBuilder()
    .setCustomId('test:go:1')
    .setTitle('Form')
    .addLabelComponents(new LabelBuilder().setLabel('Text').setTextInputComponent(input));
}

/** The text a person got, and whether only that person got it. */
function told(seen: Seen): { readonly text: string; readonly alone: boolean } {
  if (seen.kind !== 'message' && seen.kind !== 'update') throw new Error(`saw ${JSON.stringify(seen)}`);
  return { text: seen.message.content, alone: Boolean((seen.message.flags ?? 0) & MessageFlags.Ephemeral) };
}

describe('answering a command', () => {
  it('answers at once, to the channel or to the person', async () => {
    await route({ commands: [aCommand(({ answer }) => answer.send({ content: 'hello' }))] });

    expect(told(await bot.discord.person('dave').command('act'))).toEqual({ text: 'hello', alone: false });
  });

  it('answers only the person where the command is for one person', async () => {
    await route({
      commands: [aCommand(({ answer }) => answer.send({ content: 'hello' }), { audience: 'person' })],
    });

    expect(told(await bot.discord.person('dave').command('act'))).toEqual({ text: 'hello', alone: true });
  });

  it.each(['person', 'channel'] as const)(
    'acknowledges in time when the answer for a %s is slow',
    async (audience) => {
      const slow = aCommand(
        async ({ answer }) => {
          await sleep(400);
          await answer.send({ content: 'at last' });
        },
        { audience },
      );
      await route({ commands: [slow] });
      bot.discord.clocks.ackMs = 300;

      expect(told(await bot.discord.person('dave').command('act'))).toEqual({
        text: 'at last',
        alone: audience === 'person',
      });
    },
  );

  it('replaces what it said when it has more to say', async () => {
    const twice = aCommand(async ({ answer }) => {
      await answer.send({ content: 'half' });
      await answer.send({ content: 'whole' });
    });
    await route({ commands: [twice] });

    await bot.discord.person('dave').command('act');

    await bot.discord.waitForMessage(({ content }) => content === 'whole');
    expect(bot.discord.messages(bot.discord.channels.desk)).toHaveLength(1);
  });

  it('is told the time of the clock it was given', async () => {
    await route({ commands: [aCommand(({ answer, now }) => answer.send({ content: String(now) }))] });

    expect(told(await bot.discord.person('dave').command('act')).text).toBe(String(NOW));
  });
});

describe('failing', () => {
  it('says a foreseen failure in its own words, to the person alone', async () => {
    const refusing = aCommand(() => Promise.reject(new OraError('bad_input', '"x" is not a ticker.')));
    await route({ commands: [refusing] });

    expect(told(await bot.discord.person('dave').command('act'))).toEqual({
      text: '"x" is not a ticker.',
      alone: true,
    });
  });

  it('says it to the person alone even after the channel saw it thinking', async () => {
    const slow = aCommand(async () => {
      await sleep(200);
      throw new OraError('not_found', 'There is no such thing.');
    });
    await route({ commands: [slow] });

    await bot.discord.person('dave').command('act');
    await bot.discord.waitForMessage(({ content }) => content === 'There is no such thing.');

    const messages = bot.discord.messages(bot.discord.channels.desk);
    expect(messages.map(({ content, ephemeralFor }) => [content, ephemeralFor])).toEqual([
      ['There is no such thing.', bot.discord.people.dave],
    ]);
  });

  it('hides what was not foreseen behind a number that the log repeats', async () => {
    await route({ commands: [aCommand(() => Promise.reject(new Error('password=hunter2')))] });

    const { text, alone } = told(await bot.discord.person('dave').command('act'));

    expect(alone).toBe(true);
    expect(text).not.toContain('hunter2');
    const id = /number (\w{8})/.exec(text)?.[1];
    expect(log.lines).toContainEqual(
      expect.objectContaining({ level: 'error', data: expect.objectContaining({ id }) }),
    );
  });

  it('survives a click that is answered too late, and logs it', async () => {
    const late = aCommand(async ({ answer }) => {
      await sleep(150);
      await answer.send({ content: 'too late' });
    });
    await route({ commands: [late] }, { deadlineMs: 10_000 });
    bot.discord.clocks.ackMs = 50;

    expect(await bot.discord.person('dave').command('act')).toMatchObject({ kind: 'failed' });

    await vi.waitFor(() =>
      expect(log.lines).toContainEqual(
        expect.objectContaining({ level: 'warn', data: expect.objectContaining({ code: 10062 }) }),
      ),
    );
  });

  it('survives two processes that answer the same click', async () => {
    const command = aCommand(({ answer }) => answer.send({ content: 'mine' }));
    await route({ commands: [command] });
    await route({ commands: [command] });

    expect(told(await bot.discord.person('dave').command('act')).text).toBe('mine');

    await vi.waitFor(() =>
      expect(log.lines).toContainEqual(
        expect.objectContaining({ level: 'warn', data: expect.objectContaining({ code: 40060 }) }),
      ),
    );
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('admitting', () => {
  const guarded = { access: 'trader', audience: 'person' } as const;

  it('refuses a person without the role, to the person alone, and keeps it in the audit log', async () => {
    const run = vi.fn();
    await route({ commands: [aCommand(run, guarded)] });

    const { text, alone } = told(await bot.discord.person('dave').command('act'));

    expect(alone).toBe(true);
    expect(text).toContain(`<@&${bot.discord.roles.trader}>`);
    expect(run).not.toHaveBeenCalled();
    await vi.waitFor(() =>
      expect(audit).toEqual([
        {
          at: NOW,
          actor: bot.discord.people.dave,
          action: 'refused',
          target: '/act',
          details: { reason: 'lacks the trader role' },
        },
      ]),
    );
  });

  it('refuses a click likewise', async () => {
    const click = vi.fn();
    await route({ buttons: [{ name: 'test:go', access: 'trader', click }] });

    const { alone } = told(await bot.discord.person('dave').click(await aMessageWith('test:go:1'), 'Go'));

    expect(alone).toBe(true);
    expect(click).not.toHaveBeenCalled();
    await vi.waitFor(() => expect(audit).toHaveLength(1));
  });

  it('admits a person with the role', async () => {
    await route({ commands: [aCommand(({ answer }) => answer.send({ content: 'welcome' }), guarded)] });

    expect(told(await bot.discord.person('alice').command('act')).text).toBe('welcome');
    expect(audit).toEqual([]);
  });

  it('admits nobody where no role is configured', async () => {
    await route({ commands: [aCommand(vi.fn(), guarded)] }, { roles: { trader: [], admin: [] } });

    expect(told(await bot.discord.person('alice').command('act')).text).toContain(
      'no trader role is configured',
    );
    expect(told(await bot.discord.person('carol').command('act')).text).toContain(
      'no trader role is configured',
    );
  });

  it('re-checks an administrator command itself', async () => {
    await route({
      commands: [aCommand(({ answer }) => answer.send({ content: 'done' }), { access: 'admin' })],
    });

    expect(told(await bot.discord.person('alice').command('act')).alone).toBe(true);
    expect(told(await bot.discord.person('carol').command('act')).text).toBe('done');
  });

  it('serves no other guild', async () => {
    const run = vi.fn();
    await route({ commands: [aCommand(run)] }, { guildId: '999999999999999999' });

    expect(told(await bot.discord.person('alice').command('act')).text).toContain('one server only');
    expect(run).not.toHaveBeenCalled();
    await vi.waitFor(() => expect(audit).toHaveLength(1));
  });
});

describe('clicking', () => {
  it('gives the plug-in the row its button is about', async () => {
    const go: Button = {
      name: 'test:go',
      access: 'everyone',
      async click({ answer, id }) {
        await answer.update({ content: `row ${id}` });
      },
    };
    await route({ buttons: [go] });

    const seen = await bot.discord.person('dave').click(await aMessageWith('test:go:42'), 'Go');

    expect(seen).toMatchObject({ kind: 'update', message: { content: 'row 42' } });
  });

  it.each(['test:go', 'test:go:abc', 'test:go:0', 'test:unknown:1', 'nonsense'])(
    'tells the person when the button is not known: %s',
    async (customId) => {
      const click = vi.fn();
      await route({ buttons: [{ name: 'test:go', access: 'everyone', click }] });

      const { text, alone } = told(
        await bot.discord.person('dave').click(await aMessageWith(customId), 'Go'),
      );

      expect(alone).toBe(true);
      expect(text).toMatch(/Use a newer card|Reload Discord/);
      expect(click).not.toHaveBeenCalled();
    },
  );

  it('updates the message although the work was slow', async () => {
    const slow: Button = {
      name: 'test:go',
      access: 'everyone',
      async click({ answer }) {
        await sleep(400);
        await answer.update({ content: 'after' });
      },
    };
    await route({ buttons: [slow] });
    bot.discord.clocks.ackMs = 300;
    const message = await aMessageWith('test:go:1');

    await bot.discord.person('dave').click(message, 'Go');

    await bot.discord.waitForMessage(({ id, content }) => id === message.id && content === 'after');
  });

  it('asks to click again when a form comes too late', async () => {
    const slow: Button = {
      name: 'test:go',
      access: 'everyone',
      async click({ answer }) {
        await sleep(200);
        await answer.openForm(aForm());
      },
    };
    await route({ buttons: [slow] });

    await bot.discord.person('dave').click(await aMessageWith('test:go:1'), 'Go');

    const message = await bot.discord.waitForMessage(({ content }) => content.includes('click again'));
    expect(message.ephemeralFor).toBe(bot.discord.people.dave);
  });
});

describe('suggesting', () => {
  it('offers at most 25 choices, and none to a person who may not use the command', async () => {
    const choices = Array.from({ length: 40 }, (_, i) => ({ name: `T${i}`, value: `T${i}` }));
    const command = aCommand(vi.fn(), { access: 'trader', autocomplete: async () => choices });
    await route({ commands: [command] });

    const forAlice = await bot.discord.person('alice').autocomplete('act', 'text', { text: 'T' });
    const forDave = await bot.discord.person('dave').autocomplete('act', 'text', { text: 'T' });

    expect(forAlice).toMatchObject({ kind: 'autocomplete', choices: choices.slice(0, 25) });
    expect(forDave).toMatchObject({ kind: 'autocomplete', choices: [] });
    expect(audit).toEqual([]);
  });
});
