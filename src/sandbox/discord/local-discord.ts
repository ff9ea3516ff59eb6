import type { Clocks } from './clocks.ts';
import type { PermissionName } from './control.ts';
import type { Fault, FaultRule } from './faults.ts';
import type { GatewayFaults } from './gateway.ts';
import type { JournalEntry, Violation } from './journal.ts';
import type { Actor } from './person.ts';
import type { Limit } from './rate-limits.ts';
import type { Check } from './rest.ts';
import type { ChannelName, PersonName } from './seed.ts';
import type { UiClock, UiClockAction, UiMessage } from './ui-protocol.ts';

/** How a local Discord is started. */
export interface LocalDiscordOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** The only token it accepts; a random one when left out. */
  readonly token?: string;
  /** `off` lets everything through, for replays at full speed. */
  readonly rateLimits?: 'on' | 'off';
  /** Shorter waits than Discord's own, for tests. */
  readonly clocks?: Partial<Clocks>;
  /** One plain sentence for the page on where the prices come from. */
  readonly notice?: string;
  /** Every request and answer is put before these; what they object to is in `violations`. */
  readonly checkRequest?: Check;
  readonly checkResponse?: Check;
}

/** A running local Discord: what a bot connects to, what a person does, and what a test looks at. */
export interface LocalDiscord {
  /** The page: `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** For discord.js: `new Client({ rest: { api: apiUrl } })`. */
  readonly apiUrl: string;
  readonly token: string;
  readonly applicationId: string;
  readonly guildId: string;
  /** Ids by name. */
  readonly people: Readonly<Record<PersonName, string>>;
  readonly channels: Readonly<Record<ChannelName, string>>;
  readonly roles: Readonly<Record<'trader' | 'administrator', string>>;
  /** Messages of a channel, ephemeral ones included, oldest first. */
  readonly messages: (channelId: string) => readonly UiMessage[];
  /** A message as it is now; null when it is gone. */
  readonly message: (messageId: string) => UiMessage | null;
  readonly waitForMessage: (fits: (message: UiMessage) => boolean, timeoutMs?: number) => Promise<UiMessage>;
  readonly person: (name: PersonName) => Actor;
  readonly faults: LocalFaults;
  /** Waits that may be changed while it runs. */
  readonly clocks: Clocks;
  readonly journal: readonly JournalEntry[];
  readonly unhandledRoutes: readonly string[];
  readonly violations: readonly Violation[];
  /** How many bots are connected and identified. */
  readonly connectedBots: () => number;
  readonly setNotice: (notice: string) => void;
  /** Shows what a clock says, now to everyone and later to whoever opens the page; null takes it away. */
  readonly setClock: (clock: (() => UiClock) | null) => void;
  /** Called for pause, resume and step on the page. */
  readonly onClockAction: (handler: (action: UiClockAction) => void | Promise<void>) => void;
  readonly close: () => Promise<void>;
}

/** Everything that can go wrong, on demand. */
interface LocalFaults {
  /** Strikes the next REST requests that fit. */
  readonly add: (rule: FaultRule) => Fault;
  readonly gateway: GatewayFaults;
  /** Takes permissions from the bot in one channel; an empty list gives all back. */
  readonly denyBot: (channelId: string, permissions: readonly PermissionName[]) => void;
  /** `pattern` as in Discord's documentation, e.g. `/channels/{channel_id}/messages`. */
  readonly setLimit: (method: string, pattern: string, limit: Limit) => void;
  /** Ends all of them. */
  readonly reset: () => void;
}
