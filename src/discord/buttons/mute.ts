import { noSuchCard } from '../../app/decisions/decide.ts';
import type { Button } from '../command.ts';
import { mutePanel } from '../views/mute-view.ts';

/** Offers what of a card can be muted, and for how long. */
export const mute: Button = {
  name: 'card:mute',
  access: 'trader',

  async click({ services, answer, id }) {
    const details = await services.stores.cards.details(id);
    if (details === null) throw noSuchCard();
    await answer.whisper(mutePanel(details));
  },
};
