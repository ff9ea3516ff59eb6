import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig, SECRET_VARIABLES, VARIABLES } from '../src/config.ts';

const ID = '123456789012345678';
const complete = {
  DISCORD_TOKEN: 'token-that-is-secret',
  DISCORD_APPLICATION_ID: ID,
  DISCORD_GUILD_ID: ID,
  ALERT_CHANNEL_ID: ID,
};

describe('readConfig', () => {
  it('fills in every default', () => {
    const config = readConfig(complete);

    expect(config.DATABASE_URL).toBeUndefined();
    expect(config.TRADER_ROLE_IDS).toEqual([]);
    expect(config.CARD_LEVELS).toBe('atr');
    expect(config.YAHOO_SPACING_MS).toBe(500);
  });

  it('names each missing and wrong variable in one message', () => {
    const env = {
      DISCORD_TOKEN: 'x',
      DISCORD_GUILD_ID: 'my server',
      DATABASE_POOL_SIZE: '0',
      LOG_LEVEL: 'loud',
    };

    expect(() => readConfig(env)).toThrow(
      /DISCORD_APPLICATION_ID is missing[\s\S]*DISCORD_GUILD_ID must be a Discord id[\s\S]*ALERT_CHANNEL_ID is missing[\s\S]*DATABASE_POOL_SIZE must be at least 2[\s\S]*LOG_LEVEL must be one of/,
    );
  });

  it('keeps all candles unless told for how long, and refuses less than the desk needs', () => {
    expect(readConfig(complete).CANDLE_RETENTION).toEqual({});
    expect(readConfig({ ...complete, CANDLE_RETENTION: '1m=400' }).CANDLE_RETENTION).toEqual({ '1m': 400 });
    expect(() => readConfig({ ...complete, CANDLE_RETENTION: '1m=5' })).toThrow(
      'CANDLE_RETENTION must keep at least 60 days of 1m',
    );
  });

  it('never prints a value', () => {
    const secret = 'mysql://admin:hunter2@db';

    const read = () => readConfig({ ...complete, DATABASE_URL: secret, TRADER_ROLE_IDS: 'hunter2' });

    expect(read).toThrow(/DATABASE_URL must begin with postgres:\/\/[\s\S]*|TRADER_ROLE_IDS/);
    expect(read).not.toThrow(/hunter2/);
  });

  it('treats an empty variable as absent', () => {
    expect(() => readConfig({ ...complete, DISCORD_TOKEN: '' })).toThrow(/DISCORD_TOKEN is missing/);
  });

  it('reads a secret from the file that NAME_FILE names', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'oracore-')), 'token');
    writeFileSync(file, 'from-a-file\n');

    const config = readConfig({ ...complete, DISCORD_TOKEN: undefined, DISCORD_TOKEN_FILE: file });

    expect(config.DISCORD_TOKEN).toBe('from-a-file');
  });

  it('says when a secret file cannot be read or the variable is set twice', () => {
    const env = { ...complete, DISCORD_TOKEN_FILE: '/nowhere/token' };

    expect(() => readConfig(env)).toThrow(/both set[\s\S]*cannot be read: \/nowhere\/token/);
  });

  it.each(['http://example.org/api', 'ftp://127.0.0.1', 'http://127.0.0.1.evil.org', 'nonsense'])(
    'refuses %s as an address for Discord',
    (url) => {
      expect(() => readConfig({ ...complete, DISCORD_API_BASE: url })).toThrow(/DISCORD_API_BASE must be/);
    },
  );

  it('accepts plain http on this machine', () => {
    const config = readConfig({ ...complete, YAHOO_BASE_URL: 'http://127.0.0.1:4000' });

    expect(config.YAHOO_BASE_URL).toBe('http://127.0.0.1:4000');
  });

  it('has the same variables and defaults as .env.example', () => {
    const lines = readFileSync(new URL('../.env.example', import.meta.url), 'utf8').split('\n');
    const documented = lines.flatMap((line) => /^([A-Z_]+)=(.*)$/.exec(line)?.slice(1, 3) ?? []);
    const names = documented.filter((_, index) => index % 2 === 0);
    const values = Object.fromEntries(names.map((name, index) => [name, documented[index * 2 + 1]]));

    const fromExample = readConfig({ ...values, ...complete });

    expect(names.toSorted()).toEqual([...VARIABLES].toSorted());
    expect(fromExample).toEqual(readConfig(complete));
    for (const secret of SECRET_VARIABLES) expect(lines.join('\n')).toContain(`${secret}_FILE`);
  });
});
