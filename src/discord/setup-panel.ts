import type { Guild } from 'discord.js';
import { chooseSettings } from '../app/ops/choose-settings.ts';
import type { SettingsInForce } from '../app/ops/chosen-settings.ts';
import type { DeskSettings } from '../domain/desk-settings.ts';
import { OraError } from '../domain/errors.ts';
import { checkChannel } from './check-channel.ts';
import type { ChooseContext } from './command.ts';
import { type SetupView, setupView } from './views/setup-view.ts';

/** The panel as it stands, with what is wrong about its channels. */
export async function showSetup(
  guild: Guild,
  current: SettingsInForce,
  done: string | null = null,
): Promise<SetupView> {
  const channels = [...new Set([current.alertChannelId, current.digestChannelId])];
  const problems = await Promise.all(channels.map((channelId) => problemOf(guild, channelId)));
  return setupView(current, { problems: problems.flat(), done });
}

async function problemOf(guild: Guild, channelId: string): Promise<string[]> {
  try {
    await checkChannel(guild, channelId);
    return [];
  } catch (error) {
    if (error instanceof OraError) return [`<#${channelId}>: ${error.message}`];
    throw error;
  }
}

/** Keeps one choice from the panel and shows the panel anew. */
export async function choose(
  { services, interaction, answer, now }: ChooseContext,
  choice: Partial<DeskSettings>,
): Promise<void> {
  const current = await chooseSettings(services, { choice, by: interaction.user.id, at: now });
  await answer.update(await showSetup(interaction.guild, current, 'Kept.'));
}

/**
 * Roles that were chosen, each one of this server's.
 *
 * @throws OraError `bad_input` for @everyone, which would admit everybody, and for a role that is not there.
 */
export function chosenRoles({ interaction: { guild }, values }: ChooseContext): readonly string[] {
  const wrong = values.find((id) => id === guild.id || !guild.roles.cache.has(id));
  if (wrong === undefined) return values;
  throw new OraError(
    'bad_input',
    wrong === guild.id
      ? '@everyone would admit everybody. Make a role for the people you mean, and choose that.'
      : 'That role is no longer there. Choose another one.',
  );
}

/** The channel that was chosen, in which the bot may post. @throws OraError as `checkChannel`. */
export async function chosenChannel({ interaction: { guild }, values }: ChooseContext): Promise<string> {
  return (await checkChannel(guild, values[0] ?? '')).id;
}
