import { refusals } from '../api-error.ts';
import { gatewayUrl } from '../gateway-events.ts';
import type { Route } from '../router.ts';
import { botUser, ids } from '../seed.ts';

/** Discord lets a bot begin this many sessions a day. */
const SESSIONS_PER_DAY = 1000;

/** The gateway's address, the bot's own user and application, and other users. */
export const selfRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: '/gateway',
    auth: 'none',
    handle: ({ local }) => ({ status: 200, body: { url: gatewayUrl(local) } }),
  },
  {
    method: 'GET',
    pattern: '/gateway/bot',
    auth: 'bot',
    handle: ({ local }) => ({
      status: 200,
      body: {
        url: gatewayUrl(local),
        shards: 1,
        session_start_limit: {
          total: SESSIONS_PER_DAY,
          remaining: SESSIONS_PER_DAY,
          reset_after: 86_400_000,
          max_concurrency: 1,
        },
      },
    }),
  },
  {
    method: 'GET',
    pattern: '/users/@me',
    auth: 'bot',
    handle: () => ({
      status: 200,
      body: { ...botUser, mfa_enabled: false, locale: 'en-US', verified: true, email: null },
    }),
  },
  {
    method: 'GET',
    pattern: '/users/{user_id}',
    auth: 'bot',
    handle: ({ local, param }) => {
      const member = local.guild.members.find(({ user }) => user.id === param('user_id'));
      if (!member) throw refusals.unknownUser();
      return { status: 200, body: member.user };
    },
  },
  {
    method: 'GET',
    pattern: '/applications/@me',
    auth: 'bot',
    handle: () => ({ status: 200, body: application() }),
  },
];

function application(): Readonly<Record<string, unknown>> {
  return {
    id: ids.application,
    name: 'OraCore',
    icon: null,
    description: '',
    type: null,
    bot: botUser,
    verify_key: '0'.repeat(64),
    flags: 0,
    redirect_uris: [],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    owner: botUser,
    approximate_guild_count: 1,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: 0,
    explicit_content_filter: 0,
    team: null,
    bot_public: false,
    bot_require_code_grant: false,
    summary: '',
  };
}
