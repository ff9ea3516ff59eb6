import { SlashCommandSubcommandBuilder } from 'discord.js';
import { journalFill } from '../../src/app/journal/journal-fill.ts';
import { openTickerForm } from '../../src/app/journal/position-forms.ts';
import { answerFill } from '../../src/discord/answer-fill.ts';
import { openJournalForm } from '../../src/discord/journal-forms.ts';
import { tickerOption } from '../../src/discord/options.ts';
import type { Subcommand } from '../../src/discord/subcommand.ts';
import { parseTicker } from '../../src/domain/ticker.ts';
import {
  feeOption,
  priceOption,
  qtyOption,
  suggestOpenTickers,
  tagOption,
  textsOf,
  timeOption,
} from './options.ts';

/** `/journal exit`: all or part of an open position; a form where quantity or price are left out. */
export const exitFill: Subcommand = {
  audience: 'person',
  data: new SlashCommandSubcommandBuilder()
    .setName('exit')
    .setDescription('Journal that you got out, of all or a part')
    .addStringOption(tickerOption('Ticker you hold').setRequired(true))
    .addStringOption(qtyOption())
    .addStringOption(priceOption())
    .addStringOption(tagOption())
    .addStringOption(feeOption())
    .addStringOption(timeOption()),

  async run(context) {
    const { interaction, services, now } = context;
    const ticker = parseTicker(interaction.options.getString('ticker', true));
    const texts = textsOf(interaction);
    if (texts.qty === '' || texts.price === '') {
      const held = await openTickerForm(services, { traderId: interaction.user.id, ticker, now });
      const { qty = '', price = '' } =
        held === null ? {} : { qty: held.all, price: held.suggestedPrice ?? '' };
      const known = { ...texts, qty: texts.qty || qty, price: texts.price || price };
      return openJournalForm(context, { action: 'exit', ticker, texts: known });
    }
    const form = { action: 'exit' as const, ticker, texts };
    const asking = { traderId: interaction.user.id, interactionId: interaction.id, now };
    return answerFill(context, await journalFill(services, form, asking));
  },

  autocomplete: suggestOpenTickers,
};
