import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSecretFilter, secretsOf } from '../src/hide-secrets.ts';

describe('what is written never holds', () => {
  const token = 'MTIzNDU2Nzg5MDEyMzQ1Njc4.GaBcDe.abcdefghijklmnopqrstuvwxyz01';

  it.each([
    ['a known secret', 'the key is hunter2000, yes', 'the key is [secret], yes'],
    ['a known secret in a query', '?key=hunter%202%3D0', '?key=[secret]'],
    [
      'a password nobody told us of',
      'postgres://ora:p%40ss@db:5432/x failed',
      'postgres://ora:[secret]@db:5432/x failed',
    ],
    ['a password without a user', 'redis://:pass@db', 'redis://:[secret]@db'],
    [
      'a token in an answer’s address',
      '/interactions/123/aW50ZXJhY3Rpb246MTIz/callback',
      '/interactions/123/[secret]/callback',
    ],
    [
      'a token in a follow-up’s address',
      '/webhooks/123/aW50ZXJhY3Rpb246MTIzNDU2/messages',
      '/webhooks/123/[secret]/messages',
    ],
    ['somebody’s bot token', `Bot ${token}`, 'Bot [secret]'],
  ])('%s', (_what, text, clean) => {
    expect(createSecretFilter(['hunter2000', 'hunter 2=0'])(text)).toBe(clean);
  });

  it('what a secret looks like inside JSON', () => {
    const secret = 'quo"te\\slash';

    expect(createSecretFilter([secret])(JSON.stringify({ a: secret }))).toBe('{"a":"[secret]"}');
  });

  it('the password of a connection string by itself', () => {
    const secrets = secretsOf({ DATABASE_URL: 'postgres://u:se%2Fcret9@h/d', OTHER: 'x' }, ['DATABASE_URL']);

    expect(createSecretFilter(secrets)('auth failed for se/cret9, se%2Fcret9')).toBe(
      'auth failed for [secret], [secret]',
    );
  });

  it('any known secret, wherever it stands', () => {
    const secret = fc.string({ minLength: 6 }).filter((text) => !'[secret]'.includes(text));
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (word, before, after) => {
        expect(createSecretFilter([word])(before + word + after)).not.toContain(word);
      }),
    );
  });

  it('leaves alone what is none', () => {
    const line =
      '{"time":"2026-11-22T08:00:00.000Z","url":"https://discord.com/api/v10/channels/123/messages","n":1.234567}';

    expect(createSecretFilter([])(line)).toBe(line);
  });
});
