import {
  type ApplicationCommandDataResolvable,
  type ChatInputCommandInteraction,
  MessageFlags,
  PermissionFlagsBits,
  SlashCommandBuilder,
} from 'discord.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConnectedBot, connectBot } from '../../support/local-discord.ts';

const watch = new SlashCommandBuilder()
  .setName('watch')
  .setDescription('Watch a ticker')
  .addStringOption((option) =>
    option.setName('ticker').setDescription('A US stock').setRequired(true).setAutocomplete(true),
  )
  .addIntegerOption((option) => option.setName('score').setDescription('0 to 100').setMaxValue(100))
  .addStringOption((option) =>
    option
      .setName('timeframe')
      .setDescription('Candle length')
      .addChoices({ name: '15 minutes', value: '15m' }, { name: '1 hour', value: '1h' }),
  )
  .addUserOption((option) => option.setName('who').setDescription('For whom'))
  .toJSON();
const stats = new SlashCommandBuilder()
  .setName('stats')
  .setDescription('Counted')
  .addSubcommand((sub) => sub.setName('detectors').setDescription('By detector'))
  .toJSON();
const setup = new SlashCommandBuilder()
  .setName('setup')
  .setDescription('For administrators')
  .setDefaultMemberPermissions(PermissionFlagsBits.ManageGuild)
  .toJSON();

let bot: ConnectedBot;
beforeAll(async () => {
  bot = await connectBot({ rateLimits: 'off' });
  await bot.client.application.commands.set([watch, stats, setup], bot.discord.guildId);
});
afterAll(() => bot.close());

const register = (commands: ApplicationCommandDataResolvable[]): Promise<unknown> =>
  bot.client.application.commands.set(commands);
const onCommand = (handler: (interaction: ChatInputCommandInteraction) => Promise<unknown>): void =>
  bot.answerWith(async (interaction) => {
    if (interaction.isChatInputCommand()) await handler(interaction);
  });

test('keeps the id and version of a command that did not change', async () => {
  const first = await bot.client.application.commands.fetch({ guildId: bot.discord.guildId });

  const again = await bot.client.application.commands.set([watch, stats, setup], bot.discord.guildId);

  expect(again.map(({ id, version }) => [id, version])).toEqual(
    first.map(({ id, version }) => [id, version]),
  );
});

test('registers for everywhere apart from the guild, and removes', async () => {
  await register([new SlashCommandBuilder().setName('help').setDescription('Help').toJSON()]);
  const [help] = (await bot.client.application.commands.fetch()).values();

  await help?.delete();

  expect((await bot.client.application.commands.fetch()).size).toBe(0);
});

test('refuses names Discord refuses', async () => {
  const unchecked = (name: string): Promise<unknown> =>
    bot.client.rest.post(`/applications/${bot.discord.applicationId}/commands`, {
      body: { name, description: 'd' },
    });

  await expect(unchecked('Watch')).rejects.toMatchObject({ code: 50035 });
  await expect(unchecked('two words')).rejects.toMatchObject({ code: 50035 });
});

test('brings typed options and shows the reply to the command', async () => {
  onCommand((interaction) => {
    const { options } = interaction;
    const parts = [
      options.getString('ticker'),
      options.getInteger('score'),
      options.getUser('who')?.username,
    ];
    return interaction.reply(parts.join(' '));
  });

  const seen = await bot.discord
    .person('alice')
    .command('watch', { ticker: 'SPY', score: '70', who: bot.discord.people.bob });

  expect(seen).toMatchObject({
    kind: 'message',
    message: { content: 'SPY 70 bob', type: 20, channel_id: bot.discord.channels.desk },
  });
});

test('runs a subcommand, in the channel it was typed in', async () => {
  onCommand((interaction) =>
    interaction.reply({
      content: `${interaction.options.getSubcommand()} ${interaction.channelId}`,
      flags: MessageFlags.Ephemeral,
    }),
  );
  const { alerts } = bot.discord.channels;

  const seen = await bot.discord.person('bob').in(alerts).command('stats', {}, 'detectors');

  expect(seen).toMatchObject({ kind: 'message', message: { content: `detectors ${alerts}` } });
});

test('completes what is being typed', async () => {
  bot.answerWith(async (interaction) => {
    if (!interaction.isAutocomplete()) return;
    const typed = interaction.options.getFocused();
    await interaction.respond([{ name: `${typed}PY`, value: `${typed}PY` }]);
  });

  const seen = await bot.discord.person('alice').autocomplete('watch', 'ticker', { ticker: 'S' });

  expect(seen).toEqual({ kind: 'autocomplete', choices: [{ name: 'SPY', value: 'SPY' }] });
});

test('stops a person from sending what the picker would not', async () => {
  const alice = bot.discord.person('alice');

  await expect(alice.command('watch')).rejects.toThrow('needs the option "ticker"');
  await expect(alice.command('watch', { ticker: 'SPY', score: 101 })).rejects.toThrow('too large');
  await expect(alice.command('watch', { ticker: 'SPY', score: 'many' })).rejects.toThrow('not a number');
  await expect(alice.command('watch', { ticker: 'SPY', timeframe: '2m' })).rejects.toThrow('choices');
  await expect(alice.command('watch', { ticker: 'SPY', colour: 'red' })).rejects.toThrow('no option');
  await expect(alice.command('stats', {}, 'people')).rejects.toThrow('no subcommand');
  await expect(alice.command('sell')).rejects.toThrow('no command /sell');
});

test('offers a command only to whom its permissions allow', async () => {
  onCommand((interaction) => interaction.reply('set up'));

  await expect(bot.discord.person('alice').command('setup')).rejects.toThrow('may not use');
  await expect(bot.discord.person('carol').command('setup')).resolves.toMatchObject({ kind: 'message' });
});
