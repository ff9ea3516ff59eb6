export const ALARM_KINDS = ['scan_late', 'cards_stuck', 'backup_late', 'database_down'] as const;
export type AlarmKind = (typeof ALARM_KINDS)[number];

/** Something that a person should look at, as long as it lasts. */
export interface Alarm {
  readonly kind: AlarmKind;
  /** What it is about, such as `AAPL 5m`; empty for the whole desk. */
  readonly subject: string;
}
