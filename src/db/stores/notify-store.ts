import { asc, eq } from 'drizzle-orm';
import type { NotifyStore } from '../../app/ports.ts';
import type { NotifySettings } from '../../domain/notify.ts';
import type { Connection } from '../client.ts';
import { notifySettings } from '../schema/notify-settings.ts';

/** Who wants to be mentioned in which cards, in Postgres. */
export function notifyStore({ db }: Connection): NotifyStore {
  return {
    async all() {
      return (await db.select().from(notifySettings).orderBy(asc(notifySettings.userId))).map(toSettings);
    },

    async of(userId) {
      const [row] = await db.select().from(notifySettings).where(eq(notifySettings.userId, userId));
      return row === undefined ? null : toSettings(row);
    },

    async set({ userId, tickers, sides, minScore, quietHours }, at) {
      const values = {
        tickers: [...tickers],
        sides: [...sides],
        minScore,
        quietFrom: quietHours?.from ?? null,
        quietTo: quietHours?.to ?? null,
        updatedAt: at,
      };
      await db
        .insert(notifySettings)
        .values({ userId, ...values })
        .onConflictDoUpdate({ target: notifySettings.userId, set: values });
    },

    async clear(userId) {
      return (
        (await db.delete(notifySettings).where(eq(notifySettings.userId, userId)).returning()).length > 0
      );
    },
  };
}

function toSettings(row: typeof notifySettings.$inferSelect): NotifySettings {
  const { userId, tickers, sides, minScore, quietFrom, quietTo } = row;
  const quietHours = quietFrom === null || quietTo === null ? null : { from: quietFrom, to: quietTo };
  return { userId, tickers, sides, minScore, quietHours };
}
