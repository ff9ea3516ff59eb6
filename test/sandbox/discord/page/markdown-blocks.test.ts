import { describe, expect, it } from 'vitest';
import { parseMarkdown } from '../../../../src/sandbox/discord/page/markdown-blocks.ts';

const kindsOf = (source: string): readonly string[] => parseMarkdown(source).map(({ kind }) => kind);

describe('parseMarkdown', () => {
  it('reads each kind of line as its block', () => {
    const source = '# one\n-# small\n> quoted\n- item\n1. first\nplain';

    expect(kindsOf(source)).toEqual(['heading', 'subtext', 'quote', 'list', 'list', 'paragraph']);
  });

  it('keeps the line breaks of one paragraph', () => {
    expect(parseMarkdown('a\nb\n\nc')).toEqual([
      { kind: 'paragraph', children: [{ kind: 'text', text: 'a\nb\n\nc' }] },
    ]);
  });

  it('leaves what stands in a code block alone', () => {
    expect(parseMarkdown('before\n```ts\n- a\n**b**\n```\nafter')).toMatchObject([
      { kind: 'paragraph' },
      { kind: 'codeBlock', language: 'ts', text: '- a\n**b**' },
      { kind: 'paragraph' },
    ]);
  });

  it('begins a numbered list at its first number and indents what stands under an item', () => {
    expect(parseMarkdown('3. a\n  - b\n4. c')).toMatchObject([
      { kind: 'list', ordered: true, start: 3, items: [{ depth: 0 }, { depth: 1 }, { depth: 0 }] },
    ]);
  });

  it('quotes everything after three arrows', () => {
    expect(parseMarkdown('>>> a\n- b')).toMatchObject([
      { kind: 'quote', blocks: [{ kind: 'paragraph' }, { kind: 'list' }] },
    ]);
  });

  it.each(['#no heading', '-no item', '>no quote', '#### four', '```open'])('leaves %s as text', (source) => {
    expect(kindsOf(source)).toEqual(['paragraph']);
  });

  it('has no block for an empty text', () => {
    expect(parseMarkdown(' \n')).toEqual([]);
  });
});
