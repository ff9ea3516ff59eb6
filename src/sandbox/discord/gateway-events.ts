import { GatewayCloseCodes as C, GatewayIntentBits as I } from 'discord-api-types/v10';
import type { Happening } from './feed.ts';
import { publicFields } from './interaction-payload.ts';
import type { Local } from './local.ts';
import { botUser, ids, noFlags } from './seed.ts';

const PRIVILEGED = I.GuildMembers | I.GuildPresences | I.MessageContent;
const ALL_INTENTS = Object.values(I).reduce<number>(
  (all, bit) => (typeof bit === 'number' ? all | bit : all),
  0,
);

/** The address of this server's gateway: never a real host, or a resuming bot would leave the sandbox. */
export function gatewayUrl(local: Local): string {
  return local.origin.replace('http', 'ws');
}

/** The code to close with for intents that do not exist or were not granted; 0 when all is well. */
export function refusedIntents(intents: number): number {
  if ((intents & ~ALL_INTENTS) !== 0) return C.InvalidIntents;
  return (intents & PRIVILEGED) === 0 ? 0 : C.DisallowedIntents;
}

/** What READY carries. */
export function readyPayload(local: Local, sessionId: string): unknown {
  return {
    v: 10,
    user: { ...botUser, verified: true, mfa_enabled: false, email: null },
    guilds: [{ id: ids.guild, unavailable: true }],
    session_id: sessionId,
    session_type: 'normal',
    resume_gateway_url: gatewayUrl(local),
    shard: [0, 1],
    application: { id: ids.application, flags: noFlags() },
    private_channels: [],
    relationships: [],
  };
}

/** Sends what happened as the event a bot knows it by; ephemeral messages are nobody's event. */
export function passOn(
  local: Local,
  happening: Happening,
  dispatch: (event: string, data: unknown, intent?: number) => void,
): void {
  if (happening.type === 'channelChanged')
    dispatch('CHANNEL_UPDATE', local.guild.channel(happening.channelId), I.Guilds);
  if (!('message' in happening) || happening.message.ephemeralFor !== undefined) return;
  const { message } = happening;
  const where = { guild_id: ids.guild };
  if (happening.type === 'messageDeleted') {
    dispatch('MESSAGE_DELETE', { id: message.id, channel_id: message.channel_id, ...where }, I.GuildMessages);
    return;
  }
  const event = happening.type === 'messageCreated' ? 'MESSAGE_CREATE' : 'MESSAGE_UPDATE';
  dispatch(event, { ...publicFields(message), ...where }, I.GuildMessages);
}
