import {
  type APIActionRowComponent,
  type APIChannelSelectComponent,
  type APIRoleSelectComponent,
  ChannelType,
  ComponentType,
  SelectMenuDefaultValueType,
} from 'discord.js';
import type { SettingsInForce } from '../../app/ops/chosen-settings.ts';
import { buildCustomId } from '../custom-id.ts';
import { type ButtonRow, buttonRow } from './buttons-row.ts';

/** Roles of one kind that a person may choose. */
const MOST_ROLES = 10;
/** There is one panel for the whole server, so its parts are about no row. */
const PANEL = 1;

type SetupRow =
  | ButtonRow
  | APIActionRowComponent<APIRoleSelectComponent>
  | APIActionRowComponent<APIChannelSelectComponent>;

/** What is in force, what does not work about it, and the menus that change it. */
export interface SetupView {
  readonly content: string;
  readonly components: SetupRow[];
}

/** The panel of `/setup`; `problems` are sentences about its channels, `done` is what was just done. */
export function setupView(
  current: SettingsInForce,
  { problems, done }: { readonly problems: readonly string[]; readonly done: string | null },
): SetupView {
  const { traderRoleIds, adminRoleIds, alertChannelId, digestChannelId } = current;
  const lines = [
    ...(done === null ? [] : [`✅ ${done}`]),
    `**Traders** tap the buttons and journal: ${rolesWords(traderRoleIds)}`,
    `**Administrators** label, export and read the log: ${rolesWords(adminRoleIds)}`,
    `**Cards** go to <#${alertChannelId}>, **digests** to <#${digestChannelId}>`,
    ...(problems.length === 0
      ? ['The bot has every permission it needs there.']
      : problems.map((problem) => `⚠️ ${problem}`)),
    'What you choose is kept at once. Then post a test card, and start with `/watch add`.',
  ];
  return {
    content: lines.join('\n'),
    components: [
      roleMenu('setup:traders', 'Roles that may trade', traderRoleIds),
      roleMenu('setup:admins', 'Roles that may administer', adminRoleIds),
      channelMenu('setup:alerts', 'Channel for cards', alertChannelId),
      channelMenu('setup:digests', 'Channel for digests', digestChannelId),
      buttonRow({ label: 'Post a test card', name: 'setup:test', id: PANEL, style: 'primary' }),
    ],
  };
}

function rolesWords(roleIds: readonly string[]): string {
  return roleIds.length === 0 ? '⚠️ nobody yet' : roleIds.map((id) => `<@&${id}>`).join(', ');
}

function roleMenu(
  name: string,
  placeholder: string,
  chosen: readonly string[],
): APIActionRowComponent<APIRoleSelectComponent> {
  const defaults = chosen
    .slice(0, MOST_ROLES)
    .map((id) => ({ id, type: SelectMenuDefaultValueType.Role as const }));
  return {
    type: ComponentType.ActionRow,
    components: [
      {
        type: ComponentType.RoleSelect,
        custom_id: buildCustomId(name, PANEL),
        placeholder,
        min_values: 0,
        max_values: MOST_ROLES,
        default_values: defaults,
      },
    ],
  };
}

function channelMenu(
  name: string,
  placeholder: string,
  chosen: string,
): APIActionRowComponent<APIChannelSelectComponent> {
  return {
    type: ComponentType.ActionRow,
    components: [
      {
        type: ComponentType.ChannelSelect,
        custom_id: buildCustomId(name, PANEL),
        placeholder,
        channel_types: [ChannelType.GuildText],
        default_values: [{ id: chosen, type: SelectMenuDefaultValueType.Channel }],
      },
    ],
  };
}
