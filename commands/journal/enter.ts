import { SlashCommandSubcommandBuilder } from 'discord.js';
import { journalFill } from '../../src/app/journal/journal-fill.ts';
import { answerFill } from '../../src/discord/answer-fill.ts';
import { openJournalForm } from '../../src/discord/journal-forms.ts';
import { autocompleteTicker, tickerOption } from '../../src/discord/options.ts';
import type { Subcommand } from '../../src/discord/subcommand.ts';
import { SIDES } from '../../src/domain/signal.ts';
import { parseTicker } from '../../src/domain/ticker.ts';
import { feeOption, priceOption, qtyOption, stopOption, textsOf, timeOption } from './options.ts';

/** `/journal enter`: an entry made without a card; a form where quantity or price are left out. */
export const enterFill: Subcommand = {
  audience: 'person',
  data: new SlashCommandSubcommandBuilder()
    .setName('enter')
    .setDescription('Journal an entry you made without a card')
    .addStringOption(tickerOption('Ticker, such as AAPL').setRequired(true))
    .addStringOption((option) =>
      option
        .setName('side')
        .setDescription('Which way')
        .setRequired(true)
        .addChoices(...SIDES.map((side) => ({ name: side, value: side }))),
    )
    .addStringOption(qtyOption())
    .addStringOption(priceOption())
    .addStringOption(stopOption())
    .addStringOption(feeOption())
    .addStringOption(timeOption()),

  async run(context) {
    const { interaction, services, now } = context;
    const form = {
      action: 'enter' as const,
      ticker: parseTicker(interaction.options.getString('ticker', true)),
      side: interaction.options.getString('side', true),
      texts: textsOf(interaction),
    };
    if (form.texts.qty === '' || form.texts.price === '') return openJournalForm(context, form);
    const asking = { traderId: interaction.user.id, interactionId: interaction.id, now };
    return answerFill(context, await journalFill(services, form, asking));
  },

  autocomplete: autocompleteTicker,
};
