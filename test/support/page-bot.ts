import {
  ActionRowBuilder,
  ApplicationCommandOptionType,
  AttachmentBuilder,
  ButtonBuilder,
  type ButtonInteraction,
  ButtonStyle,
  Client,
  EmbedBuilder,
  Events,
  GatewayIntentBits,
  type Interaction,
  LabelBuilder,
  type Message,
  MessageFlags,
  ModalBuilder,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import type { LocalDiscord } from '../../src/sandbox/discord/server.ts';

// One blue pixel.
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPj/HwADBwIAMCbHYQAAAABJRU5ErkJggg==',
  'base64',
);

const tickers = ['AAPL', 'AMD', 'SPY'];

/** A bot that answers in every way Discord knows, for looking at the local Discord's page. */
export interface PageBot {
  /** Posts a card with an embed, an image, buttons and a select. */
  readonly postCard: (content: string) => Promise<Message>;
  /** Sends a direct message. */
  readonly write: (userId: string, content: string) => Promise<Message>;
  readonly stop: () => Promise<void>;
}

/** Connects an unmodified discord.js and registers `/quote` and `/watch add`. */
export async function startPageBot(local: LocalDiscord): Promise<PageBot> {
  const client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api: local.apiUrl } });
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
  client.on(Events.InteractionCreate, answer);
  await client.login(local.token);
  const { application } = await ready;
  await application.commands.set(commands, local.guildId);
  return {
    write: (userId, content) => client.users.send(userId, content),
    stop: () => client.destroy(),
    postCard: async (content) => {
      const channel = await client.channels.fetch(local.channels.alerts);
      if (!channel?.isSendable()) throw new Error('the alerts channel takes no messages');
      return channel.send({ content, ...card });
    },
  };
}

const button = (label: string, style: ButtonStyle) =>
  new ButtonBuilder().setCustomId(label.toLowerCase()).setLabel(label).setStyle(style);

const card = {
  embeds: [
    new EmbedBuilder()
      .setTitle('SPY long')
      .setColor(0x2c8753)
      .setDescription('Broke out at **671.24**')
      .addFields(
        { name: 'Stop', value: '668.90', inline: true },
        { name: 'TP1', value: '674.75', inline: true },
      )
      .setImage('attachment://chart.png')
      .setThumbnail('https://images.example/logo.png'),
  ],
  files: [new AttachmentBuilder(pixel, { name: 'chart.png', description: 'SPY chart' })],
  components: [
    new ActionRowBuilder<ButtonBuilder>().addComponents(
      button('Update', ButtonStyle.Primary),
      button('Whisper', ButtonStyle.Secondary),
      button('Order', ButtonStyle.Success),
      button('Silence', ButtonStyle.Danger),
    ),
    new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(
      new StringSelectMenuBuilder()
        .setCustomId('snooze')
        .setPlaceholder('Snooze for')
        .addOptions({ label: '15 minutes', value: '15m' }, { label: '1 hour', value: '1h' }),
    ),
  ],
};

const ticker = {
  type: ApplicationCommandOptionType.String,
  name: 'ticker',
  description: 'Which stock',
  required: true,
  autocomplete: true,
} as const;

const commands = [
  { name: 'quote', description: 'The last price', options: [ticker] },
  {
    name: 'watch',
    description: 'Watches',
    options: [
      {
        type: ApplicationCommandOptionType.Subcommand,
        name: 'add',
        description: 'Watch a ticker',
        options: [
          ticker,
          {
            type: ApplicationCommandOptionType.Number,
            name: 'score',
            description: 'Least score',
            max_value: 1,
          },
        ],
      },
    ],
  },
] as const;

const order = new ModalBuilder()
  .setCustomId('order-form')
  .setTitle('Enter SPY long')
  .addLabelComponents(
    new LabelBuilder()
      .setLabel('Quantity')
      .setDescription('Whole shares')
      .setTextInputComponent(
        new TextInputBuilder().setCustomId('quantity').setStyle(TextInputStyle.Short).setMaxLength(6),
      ),
    new LabelBuilder()
      .setLabel('Account')
      .setStringSelectMenuComponent(
        new StringSelectMenuBuilder()
          .setCustomId('account')
          .addOptions({ label: 'Main', value: 'main' }, { label: 'Paper', value: 'paper' }),
      ),
    new LabelBuilder()
      .setLabel('Note')
      .setTextInputComponent(
        new TextInputBuilder().setCustomId('note').setStyle(TextInputStyle.Paragraph).setRequired(false),
      ),
  );

async function answer(interaction: Interaction): Promise<void> {
  if (interaction.isAutocomplete()) {
    const typed = interaction.options.getFocused().toUpperCase();
    const found = tickers.filter((name) => name.startsWith(typed));
    await interaction.respond(found.map((name) => ({ name: `${name} stock`, value: name })));
  } else if (interaction.isChatInputCommand()) {
    const score = interaction.options.getNumber('score');
    const asked = [interaction.options.getString('ticker', true), ...(score === null ? [] : [score])];
    await interaction.deferReply();
    await interaction.editReply(`You asked for ${asked.join(' ')}, ${interaction.user.toString()}`);
  } else if (interaction.isModalSubmit()) {
    const quantity = interaction.fields.getTextInputValue('quantity');
    const [account] = interaction.fields.getStringSelectValues('account');
    await interaction.reply({
      content: `Bought ${quantity} in ${account}`,
      flags: MessageFlags.Ephemeral,
    });
  } else if (interaction.isStringSelectMenu()) {
    await interaction.reply({ content: `Snoozed ${interaction.values}`, flags: MessageFlags.Ephemeral });
  } else if (interaction.isButton()) {
    await answerButton(interaction);
  }
}

/** "Silence" is never answered, for the person to see what Discord then says. */
async function answerButton(interaction: ButtonInteraction): Promise<void> {
  if (interaction.customId === 'update')
    await interaction.update({ content: `Taken by ${interaction.user.toString()}` });
  if (interaction.customId === 'whisper')
    await interaction.reply({ content: 'Just between us', flags: MessageFlags.Ephemeral });
  if (interaction.customId === 'order') await interaction.showModal(order);
}
