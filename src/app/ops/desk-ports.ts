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

export interface StatsStore {
  /** Share of nulls per feature over the newest signals, 0 to 1. */
  nullShares(limit: number): Promise<Readonly<Record<string, number>>>;
  /**
   * Rows per main table, those of a large one as Postgres estimates them; of the newest signals the share
   * with a quote, and how many have no outcome yet.
   */
  totals(): Promise<{
    readonly signals: number;
    readonly outcomes: number;
    readonly decisions: number;
    readonly candles: number;
    readonly quoteFill: number | null;
    readonly unlabelled: number;
  }>;
}

export interface AuditStore {
  write(entry: {
    readonly at: number;
    readonly actor: string;
    readonly action: string;
    readonly target: string;
    readonly details: Readonly<Record<string, unknown>>;
  }): Promise<void>;
  /** Newest first. */
  list(filter: AuditFilter): Promise<AuditEntry[]>;
}

/** How the database runs, for `/status` and `oracore doctor`. */
export interface DatabaseStatus {
  readonly version: string;
  readonly timescale: string | null;
  readonly embedded: boolean;
}
