type Nesting = 'bold' | 'italic' | 'underline' | 'strike' | 'spoiler';

/** A run of text, as Discord's markdown means it. */
export type Inline =
  | { readonly kind: 'text' | 'code' | 'everyone' | 'emoji' | 'command'; readonly text: string }
  | { readonly kind: Nesting; readonly children: readonly Inline[] }
  | { readonly kind: 'link'; readonly url: string; readonly children: readonly Inline[] }
  | { readonly kind: 'user' | 'role' | 'channel'; readonly id: string }
  | { readonly kind: 'time'; readonly seconds: number; readonly style: string };

interface Rule {
  /** Sticky: it is tried exactly where reading has come to. */
  readonly pattern: RegExp;
  readonly build: (first: string, second: string) => Inline;
}

const nested =
  (kind: Nesting) =>
  (inner: string): Inline => ({ kind, children: parseInline(inner) });

const bareLink = (url: string): Inline => ({ kind: 'link', url, children: [{ kind: 'text', text: url }] });

// The first that matches wins, so `**` stands before `*` and `__` before `_`.
const rules: readonly Rule[] = [
  { pattern: /\\([^A-Za-z0-9\s])/y, build: (text) => ({ kind: 'text', text }) },
  { pattern: /(`{1,2})([^`]+)\1(?!`)/y, build: (_, text) => ({ kind: 'code', text }) },
  {
    pattern: /<t:(-?\d{1,13})(?::([tTdDfFRsS]))?>/y,
    build: (seconds, style) => ({ kind: 'time', seconds: Number(seconds), style: style || 'f' }),
  },
  { pattern: /<@!?(\d+)>/y, build: (id) => ({ kind: 'user', id }) },
  { pattern: /<@&(\d+)>/y, build: (id) => ({ kind: 'role', id }) },
  { pattern: /<#(\d+)>/y, build: (id) => ({ kind: 'channel', id }) },
  { pattern: /<(\/[^:>]+):\d+>/y, build: (text) => ({ kind: 'command', text }) },
  { pattern: /<a?(:\w+:)\d+>/y, build: (text) => ({ kind: 'emoji', text }) },
  { pattern: /(@everyone|@here)\b/y, build: (text) => ({ kind: 'everyone', text }) },
  {
    pattern: /\[([^\]]+)\]\(<?(https?:\/\/[^\s)>]+)>?\)/y,
    build: (label, url) => ({ kind: 'link', url, children: parseInline(label) }),
  },
  { pattern: /<(https?:\/\/[^\s>]+)>/y, build: bareLink },
  { pattern: /(https?:\/\/[^\s<]*[^\s<.,:;"')\]*_|~])/y, build: bareLink },
  { pattern: /\*\*([\s\S]+?)\*\*(?!\*)/y, build: nested('bold') },
  { pattern: /__([\s\S]+?)__(?!_)/y, build: nested('underline') },
  { pattern: /~~([\s\S]+?)~~/y, build: nested('strike') },
  { pattern: /\|\|([\s\S]+?)\|\|/y, build: nested('spoiler') },
  { pattern: /\*(?!\s)([^*]*[^*\s])\*(?!\*)/y, build: nested('italic') },
  // Word boundaries keep names such as rel_vol_20 whole.
  { pattern: /\b_([^_]+)_\b/y, build: nested('italic') },
];

/** Reads one stretch of text; line breaks in it are part of the text. */
export function parseInline(source: string): readonly Inline[] {
  const found: Inline[] = [];
  let plain = '';
  let at = 0;
  while (at < source.length) {
    const match = matchAt(source, at);
    if (match === null) {
      plain += source[at];
      at += 1;
      continue;
    }
    if (plain !== '') found.push({ kind: 'text', text: plain });
    plain = '';
    found.push(match.inline);
    at = match.end;
  }
  if (plain !== '') found.push({ kind: 'text', text: plain });
  return found;
}

const opening = /[\\`<@[h*_~|]/;

function matchAt(source: string, at: number): { inline: Inline; end: number } | null {
  if (!opening.test(source.charAt(at))) return null;
  for (const { pattern, build } of rules) {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    // `pattern` is shared by nested calls, so its end is taken before `build` may run it again.
    const end = pattern.lastIndex;
    if (match !== null) return { inline: build(match[1] ?? '', match[2] ?? ''), end };
  }
  return null;
}
