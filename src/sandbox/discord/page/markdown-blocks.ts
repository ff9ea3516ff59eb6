import { type Inline, parseInline } from './markdown.ts';

/** An item of a list; `depth` counts from 0. */
export interface ListItem {
  readonly depth: number;
  readonly children: readonly Inline[];
}

/** A part of a message that stands on its own lines. */
export type Block =
  | { readonly kind: 'paragraph' | 'subtext'; readonly children: readonly Inline[] }
  | { readonly kind: 'heading'; readonly level: number; readonly children: readonly Inline[] }
  | { readonly kind: 'quote'; readonly blocks: readonly Block[] }
  | {
      readonly kind: 'list';
      readonly ordered: boolean;
      readonly start: number;
      readonly items: readonly ListItem[];
    }
  | { readonly kind: 'codeBlock'; readonly language: string; readonly text: string };

const fence = /```(?:([\w+#-]+)\n)?\n?([\s\S]+?)\n?```/g;
const bullet = /^( *)([-*]|\d{1,9}\.) +(.+)$/;

/** Reads a message in Discord's subset of markdown; unclosed marks stay text. */
export function parseMarkdown(source: string): readonly Block[] {
  const blocks: Block[] = [];
  let at = 0;
  for (const match of source.matchAll(fence)) {
    blocks.push(...parseLines(source.slice(at, match.index).replace(/\n$/, '')));
    blocks.push({ kind: 'codeBlock', language: match[1] ?? '', text: match[2] ?? '' });
    at = match.index + match[0].length;
  }
  return [...blocks, ...parseLines(source.slice(at).replace(/^\n/, at > 0 ? '' : '\n'))];
}

function parseLines(source: string): readonly Block[] {
  if (source.trim() === '') return [];
  const lines = source.split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; ) {
    const [block, used] = readBlock(lines.slice(at));
    blocks.push(block);
    at += used;
  }
  return blocks;
}

/** The block that the lines begin with, and how many of them it takes. */
function readBlock(lines: readonly string[]): readonly [Block, number] {
  const first = lines[0] ?? '';
  if (first.startsWith('>>> ')) {
    const rest = [first.slice(4), ...lines.slice(1)].join('\n');
    return [{ kind: 'quote', blocks: parseLines(rest) }, lines.length];
  }
  if (first.startsWith('> ')) {
    const quoted = takeWhile(lines, (line) => line.startsWith('> '));
    const inside = quoted.map((line) => line.slice(2)).join('\n');
    return [{ kind: 'quote', blocks: parseLines(inside) }, quoted.length];
  }
  const heading = /^(#{1,3}) +(.+)$/.exec(first);
  if (heading !== null) {
    const [, marks = '#', text = ''] = heading;
    return [{ kind: 'heading', level: marks.length, children: parseInline(text) }, 1];
  }
  if (first.startsWith('-# ')) return [{ kind: 'subtext', children: parseInline(first.slice(3)) }, 1];
  if (bullet.test(first)) return readList(takeWhile(lines, (line) => continuesList(first, line)));
  const plain = takeWhile(lines, (line, index) => index === 0 || !startsBlock(line));
  return [{ kind: 'paragraph', children: parseInline(plain.join('\n')) }, plain.length];
}

function readList(lines: readonly string[]): readonly [Block, number] {
  const items = lines.map((line) => {
    const [, indent = '', , text = ''] = bullet.exec(line) ?? [];
    return { depth: Math.min(3, Math.floor(indent.length / 2)), children: parseInline(text) };
  });
  const mark = bullet.exec(lines[0] ?? '')?.[2] ?? '-';
  const ordered = mark.endsWith('.');
  return [{ kind: 'list', ordered, start: ordered ? Number.parseInt(mark, 10) : 1, items }, lines.length];
}

/** Bullets and numbers make two lists, unless the one is indented under the other. */
function continuesList(first: string, line: string): boolean {
  const [, indent = '', mark = ''] = bullet.exec(line) ?? [];
  const [, , firstMark = ''] = bullet.exec(first) ?? [];
  return mark !== '' && (indent !== '' || mark.endsWith('.') === firstMark.endsWith('.'));
}

function startsBlock(line: string): boolean {
  return /^(>>> |> |#{1,3} +\S|-# )/.test(line) || bullet.test(line);
}

function takeWhile(
  lines: readonly string[],
  holds: (line: string, index: number) => boolean,
): readonly string[] {
  const end = lines.findIndex((line, index) => !holds(line, index));
  return end === -1 ? lines : lines.slice(0, end);
}
