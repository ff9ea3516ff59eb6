import { type ChatInputCommandInteraction, PermissionFlagsBits } from 'discord.js';

type GuildInteraction = ChatInputCommandInteraction<'cached'>;

/**
 * Who may use a command or button: anybody in the guild, people with one of the roles, or for setting the desk
 * up Discord's own administrators and those whom the environment names.
 */
export type Access = 'everyone' | 'trader' | 'admin' | 'setup';

/** Role ids in force. An empty list admits nobody; no role includes another. */
export interface Roles {
  readonly trader: readonly string[];
  readonly admin: readonly string[];
  /** Beside Discord's administrators; left out, nobody. */
  readonly setup?: readonly string[];
}

/** A person as far as access goes. */
export interface Visitor {
  readonly roleIds: readonly string[];
  /** Has Discord's Administrator permission. */
  readonly isAdministrator: boolean;
}

/** Whether a person is admitted. */
export function mayUse(access: Access, roles: Roles, { roleIds, isAdministrator }: Visitor): boolean {
  if (access === 'everyone') return true;
  if (access === 'setup' && isAdministrator) return true;
  return (roles[access] ?? []).some((role) => roleIds.includes(role));
}

/** Who is behind an interaction, as Discord says with each one. */
export function visitorOf({
  member,
  memberPermissions,
}: Pick<GuildInteraction, 'member' | 'memberPermissions'>): Visitor {
  return {
    roleIds: [...member.roles.cache.keys()],
    isAdministrator: memberPermissions.has(PermissionFlagsBits.Administrator),
  };
}

/** The sentence for somebody who is not admitted: names the role that is missing, or that none is configured. */
export function refusalSentence(access: Exclude<Access, 'everyone'>, roles: Roles): string {
  const named = (roles[access] ?? []).map((role) => `<@&${role}>`).join(' or ');
  if (access === 'setup') {
    const orRole = named === '' ? '' : ` or the role ${named}`;
    return `This needs Discord’s Administrator permission${orRole}. Ask somebody who has it.`;
  }
  if (named === '')
    return `Nobody may use this yet: no ${access} role is configured. An administrator chooses one with /setup.`;
  return `This needs the role ${named}, which you do not have. Ask an administrator for it.`;
}
