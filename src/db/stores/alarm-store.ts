import { asc, inArray, isNull } from 'drizzle-orm';
import type { AlarmStore } from '../../app/ops/ops-ports.ts';
import type { Alarm, AlarmKind } from '../../domain/alarm.ts';
import type { Connection, Tx } from '../client.ts';
import { alarms } from '../schema/alarms.ts';
import { lockWord } from '../sql.ts';
import { addToOutbox } from './outbox-store.ts';

/** Alarms, in Postgres: many processes may see the same, and one message tells of it. */
export function alarmStore({ db, transaction }: Connection): AlarmStore {
  return {
    async sync(wanted, { now, channelId }) {
      const isAsIs = sameSet(wanted, await readOpen(db));
      if (isAsIs) return { raised: [], ended: [] };
      return transaction(async (tx) => {
        await lockWord(tx.db, 'alarms');
        const known = await readOpen(tx.db);
        const raised = wanted.filter((alarm) => !known.some((row) => isSame(row, alarm)));
        const ended = known.filter((row) => !wanted.some((alarm) => isSame(row, alarm)));
        const ids = await raise(tx, raised, now);
        const over = ended.map(({ id }) => id);
        if (over.length > 0) await tx.db.update(alarms).set({ endedAt: now }).where(inArray(alarms.id, over));
        if (channelId !== null && raised.length + ended.length > 0) {
          // An alarm begins once and ends once, so these two name the occasion.
          const key = `alarm:${ids[0] ?? '-'}:${over[0] ?? '-'}`;
          const content = { kind: 'alarm', raised, ended: ended.map(toAlarm) } as const;
          await addToOutbox(tx.db, { key, channelId, cardId: null, content });
        }
        return { raised, ended: ended.map(toAlarm) };
      });
    },

    async open() {
      return (await readOpen(db)).map((row) => ({ ...toAlarm(row), raisedAt: row.raisedAt }));
    },
  };
}

type AlarmRow = Awaited<ReturnType<typeof readOpen>>[number];

function readOpen(db: Tx['db']) {
  return db.select().from(alarms).where(isNull(alarms.endedAt)).orderBy(asc(alarms.raisedAt), asc(alarms.id));
}

async function raise({ db }: Tx, raised: readonly Alarm[], now: number): Promise<number[]> {
  if (raised.length === 0) return [];
  const rows = raised.map(({ kind, subject }) => ({ kind, subject, raisedAt: now }));
  const made = await db.insert(alarms).values(rows).returning({ id: alarms.id });
  return made.map(({ id }) => id);
}

function toAlarm({ kind, subject }: AlarmRow): Alarm {
  return { kind: kind as AlarmKind, subject };
}

function isSame(row: AlarmRow, alarm: Alarm): boolean {
  return row.kind === alarm.kind && row.subject === alarm.subject;
}

function sameSet(wanted: readonly Alarm[], known: readonly AlarmRow[]): boolean {
  return wanted.length === known.length && known.every((row) => wanted.some((alarm) => isSame(row, alarm)));
}
