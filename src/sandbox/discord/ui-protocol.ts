/**
 * What the local Discord's page and its server say to each other. Types only: the page is a browser program
 * and imports nothing else from the server.
 *
 * - `GET /_ui/events?user=<userId>` streams server-sent events: the event's name is a key of `UiEvents`, its
 *   data the JSON of that key's type. The first event is always `snapshot`; nothing before it is repeated.
 *   Without a known user the stream is that of the first person.
 * - `POST /_ui/act` takes a `UiAct` as JSON, from the same origin only, and answers a `UiActAnswer`.
 * - Images are plain URLs inside messages (`/attachments/<channel>/<file>/<name>`), same origin.
 */
import type {
  APIApplicationCommand,
  APIApplicationCommandOptionChoice,
  APIMessage,
  APIModalInteractionResponseCallbackData,
} from 'discord-api-types/v10';

/** A message as Discord sends it, and what only this page knows about it. */
export type UiMessage = APIMessage & {
  /** The only user who may see it; absent for a message everyone in the channel sees. */
  readonly ephemeralFor?: string;
  /** Why the bot's deferred answer failed, as Discord would say it, e.g. "The application did not respond". */
  readonly failed?: string;
};

/** A channel of the list on the left, in display order. */
export interface UiChannel {
  readonly id: string;
  readonly name: string;
}

/** Somebody the visitor can be. `name` is what others see, `role` the words for the switch ("Trader"). */
export interface UiUser {
  readonly id: string;
  readonly name: string;
  readonly role: string;
}

/** A role that a message may name. */
export interface UiRole {
  readonly id: string;
  readonly name: string;
}

/** The replay clock. `now` is ISO 8601 UTC of the simulated market, `speed` words such as "60x" or "max". */
export interface UiClock {
  readonly now: string;
  readonly speed: string;
  readonly paused: boolean;
}

/** Everything one user may see at this moment. */
export interface UiSnapshot {
  /** Channels this user may view. */
  readonly channels: readonly UiChannel[];
  readonly users: readonly UiUser[];
  /** Roles of the server, for the mentions of them. */
  readonly roles: readonly UiRole[];
  /** The user this stream belongs to. */
  readonly me: UiUser;
  /** All channels, oldest first; ephemeral ones only of `me`. */
  readonly messages: readonly UiMessage[];
  /** Slash commands `me` may use, sorted by name. */
  readonly commands: readonly APIApplicationCommand[];
  /** One plain sentence on where the prices come from; empty when there is nothing to say. */
  readonly notice: string;
  /** Null when no replay clock is attached. */
  readonly clock: UiClock | null;
}

/** A form the bot opened for this user. `interactionId` goes back in `modalSubmit`. */
export interface UiModal {
  readonly interactionId: string;
  readonly customId: string;
  readonly title: string;
  /** Labels, text displays or the older action rows, as Discord's modal callback carries them. */
  readonly components: APIModalInteractionResponseCallbackData['components'];
}

/** How something this user clicked, picked, typed or submitted is getting on. */
export interface UiInteractionState {
  /** The `interactionId` that the answer to `POST /_ui/act` gave. */
  readonly id: string;
  /** `thinking`: deferred with a visible reply to come. `done`: answered. `failed`: see `error`. */
  readonly state: 'thinking' | 'done' | 'failed';
  /** Discord's own sentence, when failed. */
  readonly error?: string;
}

/** Suggestions for the option being typed; at most 25, possibly none. */
export interface UiAutocomplete {
  readonly requestId: string;
  readonly choices: readonly APIApplicationCommandOptionChoice[];
}

/** Every server-sent event: its name and the JSON it carries. */
export interface UiEvents {
  readonly snapshot: UiSnapshot;
  /** A message was created or edited: the whole message, to put in place of the one with its id. */
  readonly message: UiMessage;
  readonly messageDelete: { readonly id: string };
  readonly modal: UiModal;
  readonly interactionState: UiInteractionState;
  readonly autocomplete: UiAutocomplete;
  /** The commands `me` may use, after the bot registered others. */
  readonly commands: readonly APIApplicationCommand[];
  readonly clock: UiClock | null;
  readonly notice: string;
}

/** A file that a person attaches. */
export interface UiFile {
  readonly name: string;
  readonly base64: string;
}

/** One option of a slash command as the person filled it in; users, roles and channels by their id, a file by its name. */
export interface UiOption {
  readonly name: string;
  readonly value: string | number | boolean;
  readonly file?: UiFile;
}

/** A slash command being filled in or sent. `subcommand` may be `group sub` where a command has groups. */
interface UiCommandCall {
  readonly channelId: string;
  readonly name: string;
  readonly subcommand?: string;
  readonly options: readonly UiOption[];
}

/** What a person does on the page. */
export type UiAction =
  | { readonly type: 'click'; readonly messageId: string; readonly customId: string }
  | {
      readonly type: 'select';
      readonly messageId: string;
      readonly customId: string;
      readonly values: readonly string[];
    }
  | (UiCommandCall & { readonly type: 'command' })
  /** `requestId` is the page's own; the `autocomplete` event repeats it. `focused` names the option typed in. */
  | (UiCommandCall & { readonly type: 'autocomplete'; readonly requestId: string; readonly focused: string })
  | {
      readonly type: 'modalSubmit';
      readonly interactionId: string;
      readonly customId: string;
      /** By the custom id of each input: its text, or the chosen values of a select. */
      readonly fields: Readonly<Record<string, string | readonly string[]>>;
    }
  /** Hides an ephemeral message from its only reader. */
  | { readonly type: 'dismiss'; readonly messageId: string }
  | { readonly type: 'clock'; readonly action: UiClockAction };

/** What the buttons beside the replay clock do. */
export type UiClockAction = 'pause' | 'resume' | 'step';

/** Body of `POST /_ui/act`: an action and who does it. */
export type UiAct = UiAction & { readonly user: string };

/** Its answer: 200 with `ok`, or 4xx with a sentence a person understands. */
export type UiActAnswer = { readonly ok: true; readonly interactionId?: string } | { readonly error: string };
