import type { Guild } from './guild.ts';
import { ids } from './seed.ts';

/** The guild as `GET /guilds/{id}` answers it. */
export function guildPayload(guild: Guild): Readonly<Record<string, unknown>> {
  return {
    id: ids.guild,
    name: 'Signal desk',
    icon: null,
    description: null,
    home_header: null,
    splash: null,
    discovery_splash: null,
    features: [],
    banner: null,
    owner_id: ids.people.carol,
    application_id: null,
    region: 'deprecated',
    afk_channel_id: null,
    afk_timeout: 300,
    system_channel_id: null,
    system_channel_flags: 0,
    widget_enabled: false,
    widget_channel_id: null,
    verification_level: 0,
    roles: guild.roles,
    default_message_notifications: 1,
    mfa_level: 0,
    explicit_content_filter: 0,
    max_presences: null,
    max_members: 500_000,
    max_stage_video_channel_users: 50,
    max_video_channel_users: 25,
    vanity_url_code: null,
    premium_tier: 0,
    premium_subscription_count: 0,
    preferred_locale: 'en-US',
    rules_channel_id: null,
    safety_alerts_channel_id: null,
    public_updates_channel_id: null,
    premium_progress_bar_enabled: false,
    nsfw: false,
    nsfw_level: 0,
    emojis: [],
    stickers: [],
    incidents_data: null,
  };
}

/** The same as GUILD_CREATE carries it after each IDENTIFY. */
export function guildCreatePayload(guild: Guild): Readonly<Record<string, unknown>> {
  return {
    ...guildPayload(guild),
    joined_at: guild.members[0]?.joined_at,
    large: false,
    unavailable: false,
    member_count: guild.members.length,
    members: guild.members,
    channels: guild.textChannels(),
    threads: [],
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}
