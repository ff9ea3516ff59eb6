import type { APIUser } from 'discord-api-types/v10';
import type { MessageForm } from './forms/message.ts';
import type { Guild } from './guild.ts';

/** Who a message notifies. */
export interface Mentions {
  readonly mentions: APIUser[];
  readonly mention_roles: string[];
  readonly mention_everyone: boolean;
}

/**
 * Reads `<@user>`, `<@&role>` and `@everyone` in a text, as far as `allowed_mentions` lets them notify.
 * Absent, it lets all of them. Source: Discord documentation, "Allowed Mentions Object".
 */
export function readMentions(
  content: string,
  allowed: MessageForm['allowed_mentions'],
  guild: Guild,
): Mentions {
  const users = idsIn(content, /<@!?(\d+)>/g);
  const roles = idsIn(content, /<@&(\d+)>/g);
  const mayMention = (kind: 'users' | 'roles', id: string): boolean =>
    !allowed || Boolean(allowed.parse?.includes(kind) || allowed[kind]?.includes(id));

  return {
    mentions: guild.members
      .map(({ user }) => user)
      .filter(({ id }) => users.has(id) && mayMention('users', id)),
    mention_roles: guild.roles.map(({ id }) => id).filter((id) => roles.has(id) && mayMention('roles', id)),
    mention_everyone:
      /@(everyone|here)\b/.test(content) && (!allowed || Boolean(allowed.parse?.includes('everyone'))),
  };
}

function idsIn(content: string, pattern: RegExp): ReadonlySet<string> {
  return new Set([...content.matchAll(pattern)].flatMap(([, id]) => id ?? []));
}
