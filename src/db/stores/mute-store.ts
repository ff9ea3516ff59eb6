import { and, asc, eq, gt, isNull } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { MuteStore } from '../../app/ports.ts';
import type { Mute, MuteTarget } from '../../domain/mute.ts';
import type { Connection } from '../client.ts';
import { mutes } from '../schema/mutes.ts';

/** What is muted, in Postgres. */
export function muteStore({ db }: Connection): MuteStore {
  return {
    async add({ target, ...mute }) {
      const [row] = await db
        .insert(mutes)
        .values({ ...mute, ...target })
        .returning();
      if (row === undefined) throw new Error('the mute was not written');
      return toMute(row);
    },

    active: (now) => activeMutes(db, now),

    async end(id, { by, at }) {
      const [row] = await db
        .update(mutes)
        .set({ endedAt: at, endedBy: by })
        .where(and(eq(mutes.id, id), isNull(mutes.endedAt), gt(mutes.until, at)))
        .returning();
      return row === undefined ? null : toMute(row);
    },
  };
}

/** In force at a moment, those that end first first. */
export async function activeMutes(db: NodePgDatabase, now: number): Promise<Mute[]> {
  const rows = await db
    .select()
    .from(mutes)
    .where(and(gt(mutes.until, now), isNull(mutes.endedAt)))
    .orderBy(asc(mutes.until), asc(mutes.id));
  return rows.map(toMute);
}

function toMute(row: typeof mutes.$inferSelect): Mute {
  const { id, userId, createdBy, until } = row;
  return { id, userId, createdBy, until, target: toTarget(row) };
}

function toTarget({ scope, cardId, ticker, timeframe, detectorId }: typeof mutes.$inferSelect): MuteTarget {
  if (scope === 'card' && cardId !== null) return { scope, cardId };
  if (scope === 'ticker' && ticker !== null) return { scope, ticker };
  if (scope === 'series' && ticker !== null && timeframe !== null) return { scope, ticker, timeframe };
  if (scope === 'detector' && detectorId !== null) return { scope, detectorId };
  throw new Error(`a mute of a ${scope} lacks what it is about`);
}
