import { postTestCard } from '../../app/cards/post-test-card.ts';
import type { Button } from '../command.ts';
import { choose, chosenChannel, chosenRoles, showSetup } from '../setup-panel.ts';

/** Who may trade. */
export const setupTraders: Button = {
  name: 'setup:traders',
  access: 'setup',
  choose: (context) => choose(context, { traderRoleIds: chosenRoles(context) }),
};

/** Who may administer. */
export const setupAdmins: Button = {
  name: 'setup:admins',
  access: 'setup',
  choose: (context) => choose(context, { adminRoleIds: chosenRoles(context) }),
};

/** Where cards go. */
export const setupAlerts: Button = {
  name: 'setup:alerts',
  access: 'setup',
  choose: async (context) => choose(context, { alertChannelId: await chosenChannel(context) }),
};

/** Where digests go. */
export const setupDigests: Button = {
  name: 'setup:digests',
  access: 'setup',
  choose: async (context) => choose(context, { digestChannelId: await chosenChannel(context) }),
};

/** Posts a test card where cards go. */
export const setupTest: Button = {
  name: 'setup:test',
  access: 'setup',

  async click({ services, interaction, answer }) {
    const current = services.chosen.current();
    const { alertChannelId: channelId } = current;
    const by = interaction.user.id;
    const messageId = await postTestCard(services, { channelId, by, interactionId: interaction.id });
    const link = `https://discord.com/channels/${interaction.guildId}/${channelId}/${messageId}`;
    await answer.update(
      await showSetup(interaction.guild, current, `[The test card](${link}) is in <#${channelId}>.`),
    );
  },
};
