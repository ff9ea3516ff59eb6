import type { Alarm, AlarmKind } from '../../domain/alarm.ts';
import type { OutboxContent } from '../../domain/outbox.ts';

/** More subjects than this are counted, not named. */
const NAMED = 10;

/** What each alarm says when it begins; `what` names its subjects. */
const RAISED: Readonly<Record<AlarmKind, (what: string) => string>> = {
  scan_late: (what) =>
    `⏰ The scan is late by two candles or more: ${what}. Signals of these candles come late, or only into the history.`,
  cards_stuck: () => '📭 Cards have been waiting for minutes and are not posted. `/status` says how many.',
  database_down: () =>
    '🛑 The database does not answer. Nothing is scanned, and no click is written, until it does.',
  backup_late: () => '💾 There is no backup of the last day. See the log of the process with the role `bot`.',
};

const ENDED: Readonly<Record<AlarmKind, (what: string) => string>> = {
  scan_late: (what) => `✅ The scan is on time again: ${what}.`,
  cards_stuck: () => '✅ Cards are posted again.',
  database_down: () => '✅ The database answers again; what was missed is caught up.',
  backup_late: () => '✅ There is a new backup.',
};

/** Alarms that began, then those that are over: one line for each kind. */
export function alarmLines({
  raised,
  ended,
}: Pick<Extract<OutboxContent, { readonly kind: 'alarm' }>, 'raised' | 'ended'>): string[] {
  return [...say(raised, RAISED), ...say(ended, ENDED)];
}

function say(alarms: readonly Alarm[], words: typeof RAISED): string[] {
  const byKind = Map.groupBy(alarms, ({ kind }) => kind);
  return [...byKind].map(([kind, group]) => words[kind](listSubjects(group)));
}

/** `AAPL 5m, NVDA 5m and 12 more` */
export function listSubjects(alarms: readonly Alarm[]): string {
  const named = alarms.slice(0, NAMED).map(({ subject }) => subject);
  const more = alarms.length - named.length;
  return more === 0 ? named.join(', ') : `${named.join(', ')} and ${more} more`;
}
