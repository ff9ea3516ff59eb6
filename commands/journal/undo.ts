import { SlashCommandSubcommandBuilder } from 'discord.js';
import { journalUndo } from '../../src/app/journal/journal-undo.ts';
import type { Subcommand } from '../../src/discord/subcommand.ts';
import { undoneView } from '../../src/discord/views/receipt-view.ts';
import { OraError } from '../../src/domain/errors.ts';
import { readId, suggestFills } from './options.ts';

/** `/journal undo`: takes a fill back, the one written last unless another is named. */
export const undoFill: Subcommand = {
  audience: 'person',
  data: new SlashCommandSubcommandBuilder()
    .setName('undo')
    .setDescription('Take a fill back: it stays in the log and counts for nothing')
    .addStringOption((option) =>
      option
        .setName('fill')
        .setDescription('Which one; the one you wrote last if left out')
        .setAutocomplete(true)
        .setMaxLength(100),
    ),

  async run({ interaction, services, answer, now }) {
    const traderId = interaction.user.id;
    const named = interaction.options.getString('fill');
    const fills = named === null ? await services.stores.journal.fills({ traderId }) : [];
    const live = fills.filter(({ voidedAt }) => voidedAt === null);
    if (named === null && live.length === 0) {
      throw new OraError('not_found', 'You have no fill to undo.');
    }
    const id = named === null ? Math.max(...live.map((fill) => fill.id)) : readId(named);
    const asking = { traderId, interactionId: interaction.id, now };
    await answer.send(undoneView(await journalUndo(services, { ...asking, id, scope: 'fill' })));
  },

  autocomplete: suggestFills,
};
