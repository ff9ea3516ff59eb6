import type { DeskSettings } from '../../domain/desk-settings.ts';

/* What setting up and reading the desk needs from the database: part of `ports.ts`, and said in the same units. */

export interface DeskSettingsStore {
  read(guildId: string): Promise<DeskSettings>;
  /**
   * Changes what is named, with a line in the audit log, together. Watches whose cards went to the alert
   * channel until now move along with it.
   */
  change(change: {
    readonly guildId: string;
    readonly choice: Partial<DeskSettings>;
    /** In force until now. */
    readonly alertChannelId: string;
    readonly by: string;
    readonly at: number;
  }): Promise<void>;
}

/** A line of the audit log. */
export interface AuditEntry {
  readonly id: number;
  readonly at: number;
  /** Discord user id, or the name of the part of the program that acted. */
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface AuditFilter {
  readonly actor?: string;
  readonly action?: string;
  readonly limit: number;
}
