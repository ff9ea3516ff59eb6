import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCustomId, parseCustomId } from '../../src/discord/custom-id.ts';
import { OraError } from '../../src/domain/errors.ts';

describe('custom ids', () => {
  it('reads back what it built', () => {
    const ids = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
    const names = fc.constantFrom('card:enter', 'card:ignore', 'journal:take-profit');

    fc.assert(
      fc.property(names, ids, (name, id) => {
        expect(parseCustomId(buildCustomId(name, id))).toEqual({ name, id });
      }),
    );
  });

  it.each([
    '',
    'card',
    'card:enter',
    'card:enter:',
    'card:enter:0',
    'card:enter:-1',
    'card:enter:1.5',
    'card:enter:1e3',
    'card:enter:9007199254740993',
    'card:enter:1:2',
    'CARD:ENTER:1',
    ' card:enter:1',
    "card:enter:1'; drop table cards",
    `card:${'x'.repeat(200)}:1`,
  ])('refuses %j', (text) => {
    expect(() => parseCustomId(text)).toThrow(OraError);
  });

  it('refuses any text it did not build, and nothing else', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 120 }), (text) => {
        const read = (): string | null => {
          try {
            const { name, id } = parseCustomId(text);
            return buildCustomId(name, id);
          } catch {
            return null;
          }
        };

        expect([null, text]).toContain(read());
      }),
    );
  });

  it('does not build what could not be read', () => {
    expect(() => buildCustomId('card enter', 1)).toThrow();
    expect(() => buildCustomId('card:enter', 0)).toThrow();
    expect(() => buildCustomId(`card:${'x'.repeat(100)}`, 1)).toThrow();
  });
});
