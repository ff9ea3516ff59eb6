import { pgTable, text } from 'drizzle-orm/pg-core';
import { epochMs } from '../columns.ts';

/** What an administrator chose with /setup; null leaves a thing as the environment says, an empty list admits nobody. */
export const deskSettings = pgTable('desk_settings', {
  guildId: text('guild_id').primaryKey(),
  traderRoleIds: text('trader_role_ids').array(),
  adminRoleIds: text('admin_role_ids').array(),
  alertChannelId: text('alert_channel_id'),
  digestChannelId: text('digest_channel_id'),
  updatedAt: epochMs('updated_at').notNull(),
  updatedBy: text('updated_by').notNull(),
});
