import { eq } from 'drizzle-orm';
import type { DeskSettingsStore } from '../../app/ops/desk-ports.ts';
import { NOTHING_CHOSEN } from '../../domain/desk-settings.ts';
import type { Connection } from '../client.ts';
import { auditLog } from '../schema/audit-log.ts';
import { deskSettings } from '../schema/desk-settings.ts';
import { watchRequests } from '../schema/watch-requests.ts';

/** What /setup chose, in Postgres. */
export function deskSettingsStore({ db, transaction }: Connection): DeskSettingsStore {
  return {
    async read(guildId) {
      const { traderRoleIds, adminRoleIds, alertChannelId, digestChannelId } = deskSettings;
      const [row] = await db
        .select({ traderRoleIds, adminRoleIds, alertChannelId, digestChannelId })
        .from(deskSettings)
        .where(eq(deskSettings.guildId, guildId));
      return row ?? NOTHING_CHOSEN;
    },

    change: ({ guildId, choice, alertChannelId: before, by, at }) =>
      transaction(async (tx) => {
        const chosen = { ...toRow(choice), updatedAt: at, updatedBy: by };
        await tx.db
          .insert(deskSettings)
          .values({ guildId, ...chosen })
          .onConflictDoUpdate({ target: deskSettings.guildId, set: chosen });
        const { alertChannelId } = choice;
        if (alertChannelId != null)
          await tx.db
            .update(watchRequests)
            .set({ channelId: alertChannelId })
            .where(eq(watchRequests.channelId, before));
        await tx.db.insert(auditLog).values({
          at,
          actor: by,
          action: 'setup',
          target: Object.keys(choice).join(', '),
          details: choice,
        });
      }),
  };
}

function toRow({
  traderRoleIds,
  adminRoleIds,
  ...channels
}: Parameters<DeskSettingsStore['change']>[0]['choice']) {
  return {
    ...channels,
    ...(traderRoleIds && { traderRoleIds: [...traderRoleIds] }),
    ...(adminRoleIds && { adminRoleIds: [...adminRoleIds] }),
  };
}
