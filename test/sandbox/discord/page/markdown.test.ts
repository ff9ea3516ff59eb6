import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Inline, parseInline } from '../../../../src/sandbox/discord/page/markdown.ts';

const text = (value: string): Inline => ({ kind: 'text', text: value });

describe('parseInline', () => {
  it.each<[string, Inline]>([
    ['**a**', { kind: 'bold', children: [text('a')] }],
    ['*a b*', { kind: 'italic', children: [text('a b')] }],
    ['_a_', { kind: 'italic', children: [text('a')] }],
    ['__a__', { kind: 'underline', children: [text('a')] }],
    ['~~a~~', { kind: 'strike', children: [text('a')] }],
    ['||a||', { kind: 'spoiler', children: [text('a')] }],
    ['***a***', { kind: 'bold', children: [{ kind: 'italic', children: [text('a')] }] }],
    ['`**a**`', { kind: 'code', text: '**a**' }],
    ['[a](https://b.example/c)', { kind: 'link', url: 'https://b.example/c', children: [text('a')] }],
    [
      '<https://b.example>',
      { kind: 'link', url: 'https://b.example', children: [text('https://b.example')] },
    ],
    ['<@12>', { kind: 'user', id: '12' }],
    ['<@!12>', { kind: 'user', id: '12' }],
    ['<@&12>', { kind: 'role', id: '12' }],
    ['<#12>', { kind: 'channel', id: '12' }],
    ['</watch add:12>', { kind: 'command', text: '/watch add' }],
    ['<:bull:12>', { kind: 'emoji', text: ':bull:' }],
    ['@everyone', { kind: 'everyone', text: '@everyone' }],
    ['<t:1763480100:R>', { kind: 'time', seconds: 1_763_480_100, style: 'R' }],
    ['<t:1763480100>', { kind: 'time', seconds: 1_763_480_100, style: 'f' }],
    ['\\*', text('*')],
  ])('reads %s', (source, expected) => {
    expect(parseInline(source)).toEqual([expected]);
  });

  it.each(['rel_vol_20', 'a ** b', '<script>', '<t:abc>', 'ada@example.com', '`open', '||', '5 * 3 = 15'])(
    'leaves %s as text',
    (source) => {
      expect(parseInline(source)).toEqual([text(source)]);
    },
  );

  it('keeps the full stop after a bare link out of it', () => {
    const [, link, rest] = parseInline('see https://a.example/x?y=1.');

    expect(link).toMatchObject({ kind: 'link', url: 'https://a.example/x?y=1' });
    expect(rest).toEqual(text('.'));
  });

  it('links to nothing but the web', () => {
    const kinds = parseInline('[a](javascript:alert(1)) <file:///etc/passwd>').map(({ kind }) => kind);

    expect(kinds).toEqual(['text']);
  });

  it('reads marks inside marks', () => {
    expect(parseInline('**a *b***')).toEqual([
      { kind: 'bold', children: [text('a '), { kind: 'italic', children: [text('b')] }] },
    ]);
  });

  it('keeps every character of text that has no marks', () => {
    const plain = fc
      .stringMatching(/^[a-z0-9 .,:$%+()-]{0,80}$/)
      .filter((source) => !source.includes('http'));

    fc.assert(
      fc.property(plain, (source) => {
        expect(parseInline(source)).toEqual(source === '' ? [] : [text(source)]);
      }),
    );
  });

  it('reads any text without failing', () => {
    const marks = fc.array(
      fc.constantFrom('*', '_', '~', '|', '`', '<', '>', '\\', '[', ']', 'a', ' ', '@', '\n'),
    );

    fc.assert(
      fc.property(marks, (parts) => {
        expect(() => parseInline(parts.join(''))).not.toThrow();
      }),
    );
  });
});
