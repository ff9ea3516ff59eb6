import { SlashCommandStringOption } from 'discord.js';
import { mute } from '../../src/app/watches/mute.ts';
import type { CommandContext } from '../../src/discord/command.ts';
import { muteSentence, UNTIL_WORDS } from '../../src/discord/views/mute-view.ts';
import { OraError } from '../../src/domain/errors.ts';
import type { MuteTarget } from '../../src/domain/mute.ts';
import { isUntil, UNTIL_CHOICES } from '../../src/domain/until.ts';

/** The option in which a person picks how long. */
export function untilOption(): SlashCommandStringOption {
  return new SlashCommandStringOption()
    .setName('until')
    .setDescription('How long')
    .setRequired(true)
    .addChoices(...UNTIL_CHOICES.map((until) => ({ name: UNTIL_WORDS[until], value: until })));
}

/** The option in which a person picks for whom; left out, it means everybody. */
export function whomOption(): SlashCommandStringOption {
  return new SlashCommandStringOption()
    .setName('for')
    .setDescription('For everybody, unless you say otherwise')
    .addChoices({ name: 'everybody', value: 'everyone' }, { name: 'me alone', value: 'me' });
}

/** Mutes what a subcommand is about. @throws OraError `bad_input` for a time that is not offered. */
export async function runMute(
  { interaction, services, answer, now }: CommandContext,
  target: MuteTarget,
): Promise<void> {
  const { options, user } = interaction;
  const until = options.getString('until', true);
  if (!isUntil(until)) throw new OraError('bad_input', `"${until}" is no time. Choose one of the list.`);
  const whom = options.getString('for') === 'me' ? 'me' : 'everyone';
  const channelId = services.settings.alertChannelId;
  const made = await mute(services, { target, until, whom, userId: user.id, channelId, now });
  await answer.send({ content: `🔕 ${muteSentence(made)}.` });
}
