import { noSuchCard } from '../../app/decisions/decide.ts';
import { type MuteInput, mute } from '../../app/watches/mute.ts';
import { OraError } from '../../domain/errors.ts';
import type { Button } from '../command.ts';
import { muteSentence, readMuteChoice } from '../views/mute-view.ts';

/** A choice from the mute panel of a card. */
function muteChoice(whom: MuteInput['whom']): Button {
  return {
    name: `mute:${whom}`,
    access: 'trader',

    async choose({ services, interaction, answer, id, now, values }) {
      const details = await services.stores.cards.details(id);
      if (details === null) throw noSuchCard();
      const choice = readMuteChoice(values[0] ?? '', details);
      if (choice === null) throw new OraError('bad_input', 'That cannot be muted. Choose one of the list.');
      const { channelId } = details.card;
      const made = await mute(services, { ...choice, whom, userId: interaction.user.id, channelId, now });
      await answer.update({ content: `🔕 ${muteSentence(made)}.`, components: [] });
    },
  };
}

/** Nobody is shown what was chosen. */
export const muteEveryone = muteChoice('everyone');
/** What was chosen no longer mentions this person. */
export const muteMe = muteChoice('me');
