import { z } from 'zod';
import { type FormRule, report } from './parse.ts';

/** Sum over all embeds of a message. Source: Discord documentation, "Embed Limits". */
const MAX_TEXT = 6000;

/** A link of a page, or `attachment://name` of a file in the same message. */
export const MediaUrl = z
  .string()
  .max(2048)
  .check((context) => {
    report(context, wrongUrl(context.value, ['http:', 'https:', 'attachment:']));
  });

const WebUrl = z
  .string()
  .max(2048)
  .check((context) => {
    report(context, wrongUrl(context.value, ['http:', 'https:']));
  });

const Embed = z.object({
  type: z.string().nullish(),
  title: z.string().max(256).nullish(),
  description: z.string().max(4096).nullish(),
  url: WebUrl.nullish(),
  timestamp: z.iso.datetime({ offset: true }).nullish(),
  color: z.int().min(0).max(0xffffff).nullish(),
  footer: z.object({ text: z.string().max(2048), icon_url: MediaUrl.nullish() }).nullish(),
  author: z
    .object({ name: z.string().min(1).max(256), url: WebUrl.nullish(), icon_url: MediaUrl.nullish() })
    .nullish(),
  image: z.object({ url: MediaUrl }).nullish(),
  thumbnail: z.object({ url: MediaUrl }).nullish(),
  fields: z
    .array(
      z.object({
        name: z.string().min(1).max(256),
        value: z.string().min(1).max(1024),
        inline: z.boolean().nullish(),
      }),
    )
    .max(25)
    .nullish(),
});
type Embed = z.infer<typeof Embed>;

/** The embeds of a message, with every documented limit. */
export const Embeds = z
  .array(Embed)
  .max(10)
  .check((context) => {
    const length = context.value.reduce((sum, embed) => sum + textLength(embed), 0);
    if (length > MAX_TEXT)
      report(context, [
        {
          path: [],
          code: 'MAX_EMBED_SIZE_EXCEEDED',
          message: `Embed size exceeds maximum size of ${MAX_TEXT}`,
        },
      ]);
  });

function textLength(embed: Embed): number {
  const texts = [embed.title, embed.description, embed.footer?.text, embed.author?.name];
  const fields = (embed.fields ?? []).flatMap(({ name, value }) => [name, value]);
  return [...texts, ...fields].reduce((sum, text) => sum + (text?.length ?? 0), 0);
}

function wrongUrl(value: string, schemes: readonly string[]): readonly FormRule[] {
  const url = URL.parse(value);
  if (!url) return [{ path: [], code: 'URL_TYPE_INVALID_URL', message: 'Not a well formed URL.' }];
  if (schemes.includes(url.protocol)) return [];
  const names = schemes.map((scheme) => `'${scheme.slice(0, -1)}'`).join(', ');
  return [
    {
      path: [],
      code: 'URL_TYPE_INVALID_SCHEME',
      message: `Scheme "${url.protocol.slice(0, -1)}" must be one of (${names}).`,
    },
  ];
}
