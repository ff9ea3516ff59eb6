import {
  ActionRowBuilder,
  ButtonBuilder,
  type ButtonInteraction,
  ButtonStyle,
  type Interaction,
  LabelBuilder,
  type Message,
  MessageFlags,
  ModalBuilder,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConnectedBot, connectBot } from '../../support/local-discord.ts';

let bot: ConnectedBot;
beforeAll(async () => {
  bot = await connectBot({ rateLimits: 'off' });
});
afterAll(() => bot.close());

const onButton = (handler: (interaction: ButtonInteraction) => Promise<unknown>): void =>
  bot.answerWith(async (interaction: Interaction) => {
    if (interaction.isButton()) await handler(interaction);
  });

async function aCard(): Promise<Message> {
  const channel = await bot.client.channels.fetch(bot.discord.channels.alerts);
  if (!channel?.isSendable()) throw new Error('alerts is a text channel');
  const buttons = ['enter', 'ignore'].map((id) =>
    new ButtonBuilder().setCustomId(id).setLabel(id.toUpperCase()).setStyle(ButtonStyle.Secondary),
  );
  const select = new StringSelectMenuBuilder()
    .setCustomId('why')
    .setMaxValues(2)
    .addOptions(['trend', 'volume', 'news'].map((value) => ({ label: value, value })));
  return channel.send({
    content: 'card',
    components: [
      new ActionRowBuilder<ButtonBuilder>().addComponents(buttons),
      new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(select),
    ],
  });
}

function aForm(): ModalBuilder {
  return new ModalBuilder()
    .setCustomId('enter-form')
    .setTitle('Enter SPY')
    .addLabelComponents(
      new LabelBuilder()
        .setLabel('Quantity')
        .setTextInputComponent(
          new TextInputBuilder().setCustomId('quantity').setStyle(TextInputStyle.Short).setMaxLength(8),
        ),
      new LabelBuilder()
        .setLabel('Why')
        .setStringSelectMenuComponent(
          new StringSelectMenuBuilder()
            .setCustomId('reason')
            .addOptions({ label: 'Trend', value: 'trend' }, { label: 'News', value: 'news' }),
        ),
    );
}

test('shows an update of the card to whoever clicked', async () => {
  const card = await aCard();
  onButton((interaction) => interaction.update(`entered by ${interaction.user.id}`));

  const seen = await bot.discord.person('alice').click(card, 'ENTER');

  expect(seen).toMatchObject({ kind: 'update', message: { id: card.id } });
  expect(bot.discord.message(card.id)?.content).toBe(`entered by ${bot.discord.people.alice}`);
});

test('tells the bot who clicked, with what roles, where', async () => {
  const card = await aCard();
  const heard: unknown[] = [];
  onButton(async (interaction) => {
    heard.push(interaction.inCachedGuild() && interaction.member.roles.cache.map(({ name }) => name));
    heard.push(interaction.channelId, interaction.customId, interaction.message.id);
    await interaction.deferUpdate();
    await interaction.editReply('seen');
  });

  await bot.discord.person('bob').click(card, 'ignore');

  expect(heard).toEqual([expect.arrayContaining(['Trader']), card.channelId, 'ignore', card.id]);
});

test('keeps an ephemeral answer for the one who clicked', async () => {
  const card = await aCard();
  onButton((interaction) => interaction.reply({ content: 'not yours', flags: MessageFlags.Ephemeral }));

  const seen = await bot.discord.person('dave').click(card, 'enter');

  expect(seen).toMatchObject({
    kind: 'message',
    message: { content: 'not yours', ephemeralFor: bot.discord.people.dave },
  });
  const history = await card.channel.messages.fetch({ limit: 100 });
  expect(history.some(({ content }) => content === 'not yours')).toBe(false);
});

test('fills in a deferred answer, ephemeral as it was announced', async () => {
  const card = await aCard();
  onButton(async (interaction) => {
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    await interaction.editReply('counted');
  });

  const seen = await bot.discord.person('alice').click(card, 'enter');

  expect(seen).toMatchObject({
    kind: 'message',
    message: { content: 'counted', flags: MessageFlags.Ephemeral, ephemeralFor: bot.discord.people.alice },
  });
});

test('puts the first follow-up in place of a deferred answer', async () => {
  const card = await aCard();
  onButton(async (interaction) => {
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    await interaction.followUp('public, it hoped');
  });

  const seen = await bot.discord.person('alice').click(card, 'enter');

  expect(seen).toMatchObject({ kind: 'message', message: { ephemeralFor: bot.discord.people.alice } });
});

test('shows a follow-up after a silent acknowledgement', async () => {
  const card = await aCard();
  onButton(async (interaction) => {
    await interaction.deferUpdate();
    await interaction.followUp({ content: 'refused', flags: MessageFlags.Ephemeral });
  });

  const seen = await bot.discord.person('dave').click(card, 'enter');

  expect(seen).toMatchObject({ kind: 'message', message: { content: 'refused' } });
});

test('counts an edit by the channel route as the answer to a silent acknowledgement', async () => {
  const card = await aCard();
  onButton(async (interaction) => {
    await interaction.deferUpdate();
    await card.edit('edited');
  });

  const seen = await bot.discord.person('alice').click(card, 'enter');

  expect(seen).toMatchObject({ kind: 'update', message: { content: 'edited' } });
});

test('gives the response and its message back when asked', async () => {
  const card = await aCard();
  const kept: string[] = [];
  onButton(async (interaction) => {
    const { resource } = await interaction.reply({ content: 'here', withResponse: true });
    kept.push(resource?.message?.content ?? '');
    await interaction.deleteReply();
  });

  await bot.discord.person('alice').click(card, 'enter');
  await expect.poll(() => bot.discord.messages(card.channelId).at(-1)?.id).toBe(card.id);

  expect(kept).toEqual(['here']);
});

test('opens a form and brings back what was filled in, as the card it came from', async () => {
  const card = await aCard();
  const filled: unknown[] = [];
  bot.answerWith(async (interaction) => {
    if (interaction.isButton()) await interaction.showModal(aForm());
    if (!interaction.isModalSubmit() || !interaction.isFromMessage()) return;
    filled.push(interaction.fields.getTextInputValue('quantity'));
    filled.push(interaction.fields.getStringSelectValues('reason'), interaction.message.id);
    await interaction.update('entered');
  });
  const alice = bot.discord.person('alice');

  const form = await alice.click(card, 'enter');
  const seen = await alice.submitModal({ quantity: '10', reason: ['trend'] });

  expect(form).toMatchObject({ kind: 'modal', modal: { title: 'Enter SPY', customId: 'enter-form' } });
  expect(filled).toEqual(['10', ['trend'], card.id]);
  expect(seen).toMatchObject({ kind: 'update', message: { id: card.id, content: 'entered' } });
});

test('does not let a form be sent with a required field empty, or too long', async () => {
  const card = await aCard();
  onButton((interaction) => interaction.showModal(aForm()));
  const alice = bot.discord.person('alice');

  await alice.click(card, 'enter');
  await expect(alice.submitModal({ quantity: '', reason: ['trend'] })).rejects.toThrow('quantity');
  await alice.click(card, 'enter');
  await expect(alice.submitModal({ quantity: '123456789', reason: ['trend'] })).rejects.toThrow('too long');
  await alice.click(card, 'enter');
  await expect(alice.submitModal({ quantity: '1', reason: ['hunch'] })).rejects.toThrow('hunch');
});

test('keeps a form from whom it was not opened for', async () => {
  await expect(bot.discord.person('carol').submitModal({ quantity: '1' })).rejects.toThrow('No form');
});

test('brings a choice of a select, and refuses what it does not offer', async () => {
  const card = await aCard();
  bot.answerWith(async (interaction) => {
    if (interaction.isStringSelectMenu()) await interaction.update(interaction.values.join('+'));
  });
  const bob = bot.discord.person('bob');

  const seen = await bob.select(card, 'why', ['trend', 'news']);

  expect(seen).toMatchObject({ kind: 'update', message: { content: 'trend+news' } });
  await expect(bob.select(card, 'why', ['rumour'])).rejects.toThrow('rumour');
  await expect(bob.select(card, 'why', ['trend', 'volume', 'news'])).rejects.toThrow('at most 2');
});

test('refuses a click on what is not there', async () => {
  const card = await aCard();
  await card.edit({ content: 'closed', components: [] });

  await expect(bot.discord.person('alice').click(card, 'enter')).rejects.toThrow('no component');
});

test('tells the person when the bot answers too late, and the bot that it was', async () => {
  const card = await aCard();
  bot.discord.clocks.ackMs = 30;
  const refusal = new Promise<unknown>((resolve) => {
    onButton(async (interaction) => {
      await new Promise((done) => setTimeout(done, 60));
      await interaction.reply('late').catch(resolve);
    });
  });

  const seen = await bot.discord.person('alice').click(card, 'enter');

  bot.discord.faults.reset();
  expect(seen).toEqual({ kind: 'failed', error: 'The application did not respond' });
  expect(await refusal).toMatchObject({ code: 10062, status: 404 });
});

test('refuses a second acknowledgement', async () => {
  const card = await aCard();
  const refusal = new Promise<unknown>((resolve) => {
    onButton(async ({ id, token }) => {
      const path = `/interactions/${id}/${token}/callback` as const;
      await bot.client.rest.post(path, { body: { type: 6 }, auth: false });
      await bot.client.rest.post(path, { body: { type: 6 }, auth: false }).catch(resolve);
      await card.edit('done');
    });
  });

  await bot.discord.person('alice').click(card, 'enter');

  expect(await refusal).toMatchObject({ code: 40060, status: 400 });
});

test('refuses an answer through a token that is too old, and says so on the page', async () => {
  const card = await aCard();
  bot.discord.clocks.tokenMs = 40;
  const refusal = new Promise<unknown>((resolve) => {
    onButton(async (interaction) => {
      await interaction.deferReply();
      await new Promise((done) => setTimeout(done, 80));
      await interaction.editReply('late').catch(resolve);
    });
  });

  const seen = await bot.discord.person('alice').click(card, 'enter');

  expect(seen).toMatchObject({ kind: 'failed' });
  expect(await refusal).toMatchObject({ code: 50027, status: 401 });
  expect(bot.discord.messages(card.channelId).at(-1)?.failed).toBe('The application did not respond');
  bot.discord.faults.reset();
});

test('does not find an ephemeral message by the channel route', async () => {
  const card = await aCard();
  const refusal = new Promise<unknown>((resolve) => {
    onButton(async (interaction) => {
      await interaction.deferUpdate();
      const private_ = await interaction.followUp({ content: 'mine', flags: MessageFlags.Ephemeral });
      await bot.client.rest
        .patch(`/channels/${card.channelId}/messages/${private_.id}`, { body: { content: 'x' } })
        .catch(resolve);
    });
  });

  await bot.discord.person('alice').click(card, 'enter');

  expect(await refusal).toMatchObject({ code: 10008 });
});

test('refuses an answer that does not fit what was done', async () => {
  const card = await aCard();
  const refusal = new Promise<unknown>((resolve) => {
    onButton(async (interaction) => {
      const path = `/interactions/${interaction.id}/${interaction.token}/callback` as const;
      await bot.client.rest
        .post(path, { body: { type: 8, data: { choices: [] } }, auth: false })
        .catch(resolve);
      await interaction.update('done');
    });
  });

  await bot.discord.person('alice').click(card, 'enter');

  expect(await refusal).toMatchObject({ code: 50035 });
});

test('hides a private message its reader dismisses, and no other', async () => {
  const card = await aCard();
  onButton((interaction) => interaction.reply({ content: 'mine', flags: MessageFlags.Ephemeral }));
  const seen = await bot.discord.person('alice').click(card, 'enter');
  if (seen.kind !== 'message') throw new Error('expected a message');

  expect(() => bot.discord.person('bob').dismiss(seen.message)).toThrow('your own');
  bot.discord.person('alice').dismiss(seen.message);

  expect(bot.discord.message(seen.message.id)).toBeNull();
});
