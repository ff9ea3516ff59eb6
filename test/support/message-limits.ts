import type { APIEmbed } from 'discord.js';
import { MessageCreateRequestSchema } from 'discord-api-spec/zod';
import { expect } from 'vitest';

/** A message a view made, as plain data. */
interface PlainMessage {
  readonly content?: string;
  readonly embeds?: readonly APIEmbed[];
  readonly components?: readonly object[];
}

/** Discord's own schema, and the limits a schema cannot say: content 2000, embeds 6000 in sum, unique custom ids. */
export function expectWithinLimits(message: PlainMessage): void {
  const checked = MessageCreateRequestSchema.safeParse(JSON.parse(JSON.stringify(message)));
  expect(checked.success, JSON.stringify(checked.error?.issues)).toBe(true);
  expect(message.content?.length ?? 0).toBeLessThanOrEqual(2000);
  expect((message.embeds ?? []).reduce((sum, embed) => sum + lengthOf(embed), 0)).toBeLessThanOrEqual(6000);
  const ids = [...JSON.stringify(message.components ?? []).matchAll(/"custom_id":"([^"]*)"/g)].map(
    ([, id]) => id,
  );
  expect(new Set(ids).size).toBe(ids.length);
}

function lengthOf({ title, description, footer, author, fields }: APIEmbed): number {
  const texts = [
    title,
    description,
    footer?.text,
    author?.name,
    ...(fields ?? []).flatMap((f) => [f.name, f.value]),
  ];
  return texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
}
