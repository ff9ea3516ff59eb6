/** What an administrator chose; null leaves a thing as the environment says, an empty list admits nobody. */
export interface DeskSettings {
  readonly traderRoleIds: readonly string[] | null;
  readonly adminRoleIds: readonly string[] | null;
  /** Where the cards of watches go that name no channel. */
  readonly alertChannelId: string | null;
  /** Where the digests go; null means with the cards. */
  readonly digestChannelId: string | null;
}

/** Nothing chosen yet. */
export const NOTHING_CHOSEN: DeskSettings = {
  traderRoleIds: null,
  adminRoleIds: null,
  alertChannelId: null,
  digestChannelId: null,
};
