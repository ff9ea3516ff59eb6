import { LabelBuilder, ModalBuilder, TextInputBuilder } from 'discord.js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { UiAct, UiActAnswer, UiEvents, UiSnapshot } from '../../../src/sandbox/discord/ui-protocol.ts';
import { type ConnectedBot, connectBot } from '../../support/local-discord.ts';

type PageEvent = { [Name in keyof UiEvents]: { event: Name; data: UiEvents[Name] } }[keyof UiEvents];
interface Page {
  readonly snapshot: UiSnapshot;
  /** The next event of this name, as it comes. */
  readonly next: <Name extends keyof UiEvents>(name: Name) => Promise<UiEvents[Name]>;
  readonly close: () => void;
}

let bot: ConnectedBot;
const pages: Page[] = [];
beforeEach(async () => {
  bot = await connectBot();
});
afterEach(async () => {
  for (const page of pages.splice(0)) page.close();
  await bot.close();
});

async function open(userId: string): Promise<Page> {
  const stop = new AbortController();
  const response = await fetch(`${bot.discord.url}/_ui/events?user=${userId}`, { signal: stop.signal });
  const events = readEvents(response.body ?? new ReadableStream());
  const next: Page['next'] = async (name) => {
    for (;;) {
      const { value } = await events.next();
      // The name says the type of the data; the compiler cannot tie them through a loop.
      if (value?.event === name) return value.data as never;
    }
  };
  const page = { snapshot: await next('snapshot'), next, close: () => stop.abort() };
  pages.push(page);
  return page;
}

async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<PageEvent, undefined> {
  let text = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(text.slice(0, end)) ?? [];
      text = text.slice(end + 2);
      if (event && data) yield { event, data: JSON.parse(data) } as PageEvent;
    }
  }
}

async function act(body: UiAct | object): Promise<UiActAnswer> {
  const answer = await fetch(`${bot.discord.url}/_ui/act`, { method: 'POST', body: JSON.stringify(body) });
  return (await answer.json()) as UiActAnswer;
}

async function aCard(channelId = bot.discord.channels.alerts): Promise<string> {
  const channel = await bot.client.channels.fetch(channelId);
  if (!channel?.isSendable()) throw new Error('a text channel');
  const { id } = await channel.send({
    content: 'card',
    components: [{ type: 1, components: [{ type: 2, style: 1, label: 'Enter', custom_id: 'enter' }] }],
  });
  return id;
}

test('begins with what this person may see', async () => {
  await aCard();
  await aCard(bot.discord.channels.admin);

  const [alice, carol] = [await open(bot.discord.people.alice), await open(bot.discord.people.carol)];

  expect(alice.snapshot.me).toEqual({ id: bot.discord.people.alice, name: 'Alice', role: 'Trader' });
  expect(alice.snapshot.users.map(({ role }) => role)).toEqual([
    'Trader',
    'Trader',
    'Administrator',
    'Outsider',
  ]);
  expect(alice.snapshot.channels.map(({ name }) => name)).toEqual(['alerts', 'desk']);
  expect(alice.snapshot.messages).toHaveLength(1);
  expect(carol.snapshot.channels.map(({ name }) => name)).toEqual(['alerts', 'desk', 'admin']);
  expect(carol.snapshot.messages).toHaveLength(2);
});

test('carries a click to the bot and its answer back', async () => {
  const messageId = await aCard();
  const page = await open(bot.discord.people.alice);
  bot.answerWith(async (interaction) => interaction.isButton() && interaction.update('entered'));

  const answer = await act({ user: bot.discord.people.alice, type: 'click', messageId, customId: 'enter' });
  const message = await page.next('message');
  const state = await page.next('interactionState');

  expect(message).toMatchObject({ id: messageId, content: 'entered' });
  expect(answer).toEqual({ ok: true, interactionId: state.id });
  expect(state.state).toBe('done');
});

test('tells only the one who clicked that the bot thinks, then what it thought', async () => {
  const messageId = await aCard();
  const [alice, bob] = [await open(bot.discord.people.alice), await open(bot.discord.people.bob)];
  bot.answerWith(async (interaction) => {
    if (!interaction.isButton()) return;
    await interaction.deferReply({ flags: 'Ephemeral' });
    await interaction.editReply('for alice');
    await interaction.message.edit('public');
  });

  await act({ user: bot.discord.people.alice, type: 'click', messageId, customId: 'enter' });

  expect((await alice.next('interactionState')).state).toBe('thinking');
  expect(await alice.next('message')).toMatchObject({ content: 'for alice' });
  expect((await alice.next('interactionState')).state).toBe('done');
  expect(await bob.next('message'), 'the first that bob hears of').toMatchObject({ content: 'public' });
});

test('opens a form on one screen and takes it back', async () => {
  const messageId = await aCard();
  const page = await open(bot.discord.people.alice);
  bot.answerWith(async (interaction) => {
    if (interaction.isButton())
      await interaction.showModal(
        new ModalBuilder()
          .setCustomId('form')
          .setTitle('Enter')
          .addLabelComponents(
            new LabelBuilder()
              .setLabel('Quantity')
              .setTextInputComponent(new TextInputBuilder().setCustomId('quantity').setStyle(1)),
          ),
      );
    if (interaction.isModalSubmit())
      await interaction.reply(`bought ${interaction.fields.getTextInputValue('quantity')}`);
  });

  await act({ user: bot.discord.people.alice, type: 'click', messageId, customId: 'enter' });
  const { interactionId, customId, title } = await page.next('modal');
  await act({
    user: bot.discord.people.alice,
    type: 'modalSubmit',
    interactionId,
    customId,
    fields: { quantity: '5' },
  });

  expect(title).toBe('Enter');
  expect(await page.next('message')).toMatchObject({ content: 'bought 5' });
});

test('offers commands once they are registered, and completes them', async () => {
  const page = await open(bot.discord.people.alice);
  bot.answerWith(async (interaction) => interaction.isAutocomplete() && interaction.respond([]));
  await bot.client.application.commands.set([
    {
      name: 'chart',
      description: 'Draw',
      options: [{ type: 3, name: 'ticker', description: 'A stock', autocomplete: true }],
    },
  ]);

  const commands = await page.next('commands');
  await act({
    user: bot.discord.people.alice,
    type: 'autocomplete',
    requestId: 'mine-1',
    channelId: bot.discord.channels.desk,
    name: 'chart',
    options: [{ name: 'ticker', value: 'S' }],
    focused: 'ticker',
  });

  expect(commands.map(({ name }) => name)).toEqual(['chart']);
  expect(await page.next('autocomplete')).toEqual({ requestId: 'mine-1', choices: [] });
});

test('passes the clock and the notice on, and the clock buttons back', async () => {
  const page = await open(bot.discord.people.alice);
  const pressed: string[] = [];
  bot.discord.onClockAction((action) => void pressed.push(action));
  const clock = { now: '2026-01-02T15:00:00.000Z', speed: '60x', paused: false };

  bot.discord.setClock(() => clock);
  bot.discord.setNotice('Prices are simulated.');
  await act({ user: bot.discord.people.alice, type: 'clock', action: 'step' });

  expect(await page.next('clock')).toEqual(clock);
  expect(await page.next('notice')).toBe('Prices are simulated.');
  expect(pressed).toEqual(['step']);
  expect((await open(bot.discord.people.bob)).snapshot).toMatchObject({
    clock,
    notice: 'Prices are simulated.',
  });
});

test('refuses with a sentence', async () => {
  const user = bot.discord.people.alice;

  expect(await act({ user, type: 'click', messageId: '1', customId: 'x' })).toEqual({
    error: 'This message does not exist any more.',
  });
  expect(await act({ user: '1', type: 'dismiss', messageId: '1' })).toEqual({
    error: 'There is no such person.',
  });
  expect(await act({ user, type: 'clock', action: 'pause' })).toEqual({
    error: 'There is no replay clock to control.',
  });
  expect(await act({ user, type: 'dance' })).toMatchObject({ error: expect.any(String) });
});

test('removes a dismissed message from the screen', async () => {
  const messageId = await aCard();
  const page = await open(bot.discord.people.alice);
  bot.answerWith(
    async (interaction) =>
      interaction.isButton() && interaction.reply({ content: 'psst', flags: 'Ephemeral' }),
  );
  await act({ user: bot.discord.people.alice, type: 'click', messageId, customId: 'enter' });
  const { id } = await page.next('message');

  await act({ user: bot.discord.people.alice, type: 'dismiss', messageId: id });

  expect(await page.next('messageDelete')).toEqual({ id });
});
