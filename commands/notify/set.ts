import { SlashCommandSubcommandBuilder } from 'discord.js';
import { setNotify } from '../../src/app/watches/set-notify.ts';
import { autocompleteTickers, sideOption } from '../../src/discord/options.ts';
import type { Subcommand } from '../../src/discord/subcommand.ts';
import { notifyView } from '../../src/discord/views/notify-view.ts';

/** Chooses which cards mention the person; what is left out stays as it is. */
export const set: Subcommand = {
  audience: 'person',
  data: new SlashCommandSubcommandBuilder()
    .setName('set')
    .setDescription('Be mentioned by name for some cards')
    .addStringOption((option) =>
      option
        .setName('tickers')
        .setDescription('Tickers separated by commas, or all')
        .setMaxLength(400)
        .setAutocomplete(true),
    )
    .addStringOption(sideOption('One side, or both').addChoices({ name: 'both', value: 'both' }))
    .addNumberOption((option) =>
      option.setName('min-score').setDescription('Lowest score, 0 to 1').setMinValue(0).setMaxValue(1),
    )
    .addStringOption((option) =>
      option
        .setName('quiet')
        .setDescription('Hours without mentions, New York time, such as 12:00-13:30, or none')
        .setMaxLength(20),
    ),

  async run({ interaction, services, answer, now }) {
    const { options, user } = interaction;
    const settings = await setNotify(services, {
      userId: user.id,
      tickers: options.getString('tickers'),
      side: options.getString('side'),
      minScore: options.getNumber('min-score'),
      quietHours: options.getString('quiet'),
      now,
    });
    await answer.send(notifyView(settings));
  },

  autocomplete: autocompleteTickers,
};
