import { type DeskSettings, NOTHING_CHOSEN } from '../../domain/desk-settings.ts';
import type { DeskSettingsStore } from '../ports.ts';

/** Who may do what, and where the desk speaks. */
export interface SettingsInForce {
  readonly traderRoleIds: readonly string[];
  readonly adminRoleIds: readonly string[];
  readonly alertChannelId: string;
  readonly digestChannelId: string;
}

/** What is in force now: what an administrator chose, and else what the environment says. */
export interface ChosenSettings {
  /** Reads what was chosen so far, perhaps by another process. */
  load(): Promise<void>;
  current(): SettingsInForce;
  /** Chooses what is named; it is in force at once and after every restart. */
  choose(change: {
    readonly choice: Partial<DeskSettings>;
    readonly by: string;
    readonly at: number;
  }): Promise<void>;
}

/** Channels as the environment names them. */
interface ConfiguredChannels {
  readonly alertChannelId: string;
  readonly digestChannelId?: string;
}

/** What the environment says. */
export interface Environment {
  /** Null in a process that is not connected to Discord. */
  readonly roles: { readonly trader: readonly string[]; readonly admin: readonly string[] } | null;
  readonly settings: ConfiguredChannels;
}

/** What goes where both speak: the choice before the environment. */
export function inForce({ roles, settings }: Environment, chosen: DeskSettings): SettingsInForce {
  const alertChannelId = chosen.alertChannelId ?? settings.alertChannelId;
  return {
    traderRoleIds: chosen.traderRoleIds ?? roles?.trader ?? [],
    adminRoleIds: chosen.adminRoleIds ?? roles?.admin ?? [],
    alertChannelId,
    digestChannelId: chosen.digestChannelId ?? settings.digestChannelId ?? alertChannelId,
  };
}

/** Nothing is chosen before the first `load`. Without a server, in a process that only scans, nothing ever is. */
export function createChosenSettings(
  store: DeskSettingsStore,
  guildId: string | null,
  environment: Environment,
): ChosenSettings {
  let chosen = NOTHING_CHOSEN;
  const current = () => inForce(environment, chosen);
  return {
    current,
    async load() {
      if (guildId !== null) chosen = await store.read(guildId);
    },
    async choose(change) {
      if (guildId === null) throw new Error('there is no server to choose settings for');
      await store.change({ ...change, guildId, alertChannelId: current().alertChannelId });
      chosen = { ...chosen, ...change.choice };
    },
  };
}

/** Settings whose channels are those in force whenever they are looked at. */
export function withChosen<S extends ConfiguredChannels>(settings: S, chosen: ChosenSettings): S {
  return {
    ...settings,
    get alertChannelId() {
      return chosen.current().alertChannelId;
    },
    get digestChannelId() {
      return chosen.current().digestChannelId;
    },
  };
}
