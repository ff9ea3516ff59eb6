import { eq } from 'drizzle-orm';
import type { RiskStore } from '../../app/decisions/entry-ports.ts';
import type { Connection } from '../client.ts';
import { riskSettings } from '../schema/risk-settings.ts';

/** What each person risks, in Postgres. */
export function riskStore({ db }: Connection): RiskStore {
  return {
    async of(userId) {
      const { riskUsd, dailyLossUsd } = riskSettings;
      const [row] = await db
        .select({ userId: riskSettings.userId, riskUsd, dailyLossUsd })
        .from(riskSettings)
        .where(eq(riskSettings.userId, userId));
      return row ?? null;
    },

    async set({ userId, riskUsd, dailyLossUsd }, at) {
      const chosen = { riskUsd, dailyLossUsd, updatedAt: at };
      await db
        .insert(riskSettings)
        .values({ userId, ...chosen })
        .onConflictDoUpdate({ target: riskSettings.userId, set: chosen });
    },

    async clear(userId) {
      const gone = await db.delete(riskSettings).where(eq(riskSettings.userId, userId)).returning();
      return gone.length > 0;
    },
  };
}
