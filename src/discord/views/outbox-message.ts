import type { APIActionRowComponent, APIEmbed, APIStringSelectComponent } from 'discord.js';

/** A message that is no card. */
export interface OutboxView {
  readonly content: string;
  readonly embeds: APIEmbed[];
  readonly components: APIActionRowComponent<APIStringSelectComponent>[];
}
