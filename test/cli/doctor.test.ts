import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grantRoles } from '../../src/db/grant-roles.ts';
import { openDatabase } from '../../src/db/open.ts';
import type { DeskSettings } from '../../src/domain/desk-settings.ts';
import type { LocalDiscord } from '../../src/sandbox/discord/server.ts';
import { runProgram } from '../support/child.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { asAdmin } from '../support/database-admin.ts';
import { startCheckedDiscord } from '../support/local-discord.ts';
import { quiet } from '../support/quiet-log.ts';
import { makeFolder } from '../support/sandbox.ts';

describe('oracore doctor', () => {
  let discord: LocalDiscord;
  let url: string;
  beforeAll(async () => {
    discord = await startCheckedDiscord();
    url = await createEmptyDatabase();
  });
  afterAll(() => discord.close());

  const examine = async (changes: Readonly<Record<string, string>> = {}) => {
    const child = runProgram('src/cli/main.ts', ['doctor'], {
      DISCORD_TOKEN: discord.token,
      DISCORD_APPLICATION_ID: discord.applicationId,
      DISCORD_GUILD_ID: discord.guildId,
      ALERT_CHANNEL_ID: discord.channels.alerts,
      TRADER_ROLE_IDS: discord.roles.trader,
      ADMIN_ROLE_IDS: discord.roles.administrator,
      DISCORD_API_BASE: discord.apiUrl,
      DATABASE_URL: url,
      DATABASE_TLS: 'off',
      ...changes,
    });
    return { code: await child.ended, said: child.output() };
  };

  it('finds nothing to mend in a sound configuration', async () => {
    const { code, said } = await examine();

    expect(said).not.toContain('FAIL');
    expect(said).toMatch(/ok {4}token[\s\S]*ok {4}permissions[\s\S]*ok {4}database[\s\S]*ok {4}privileges/);
    expect(said).toMatch(/pooler[\s\S]*clock/);
    expect(code).toBe(0);
  });

  it.each([
    ['a wrong token', { DISCORD_TOKEN: 'wrong' }, 'Check DISCORD_TOKEN'],
    [
      'another application',
      { DISCORD_APPLICATION_ID: '123456789012345678' },
      'correct DISCORD_APPLICATION_ID',
    ],
    ['another server', { DISCORD_GUILD_ID: '123456789012345678' }, 'The bot is not in the server'],
    ['an unknown role', { TRADER_ROLE_IDS: '123456789012345678' }, 'names roles the server does not have'],
    ['an unknown channel', { ALERT_CHANNEL_ID: '123456789012345678' }, 'correct ALERT_CHANNEL_ID'],
    ['an unknown channel of alarms', { ADMIN_CHANNEL_ID: '123456789012345678' }, 'correct ADMIN_CHANNEL_ID'],
    [
      'a database that is not there',
      { DATABASE_URL: 'postgres://a:secret@127.0.0.1:9/x' },
      'does not answer',
    ],
  ])('names the remedy for %s and exits 1', async (_what, changes, remedy) => {
    const { code, said } = await examine(changes);

    expect(said.toLowerCase()).toContain(remedy.toLowerCase());
    expect(said).not.toContain('secret');
    expect(code).toBe(1);
  });

  it('leaves a role of least privilege as it is, and says so', async () => {
    const role = `doctor_app_${randomBytes(4).toString('hex')}`;
    const owned = await createEmptyDatabase();
    const asRole = Object.assign(new URL(owned), { username: role, password: 'only-for-this-test' }).href;
    const migrated = () => openDatabase({ url: owned, tls: 'off', dataDir: 'unused', log: quiet });
    await (await migrated()).close();
    await asAdmin(owned, (admin) =>
      admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'only-for-this-test';
        GRANT USAGE ON SCHEMA drizzle TO ${role}; GRANT SELECT ON ALL TABLES IN SCHEMA drizzle TO ${role}`),
    );

    const bare = await examine({ DATABASE_URL: asRole });
    await grantRoles({ url: owned, log: quiet }, { app: role });
    const granted = await examine({ DATABASE_URL: asRole });
    await asAdmin(owned, (admin) => admin.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`));

    expect(bare.said).toContain(`may not change rows: run "npm run oracore -- migrate --app ${role}"`);
    expect(bare.code).toBe(1);
    expect(granted.said).toContain(`ok    privileges   "${role}" may change rows and no tables`);
    expect(granted.code).toBe(0);
  });

  it('says that nobody is told of alarms where no channel is named', async () => {
    const unnamed = await examine();
    const named = await examine({ ADMIN_CHANNEL_ID: discord.channels.desk });

    expect(unnamed.said).toContain('warn  alarms       ADMIN_CHANNEL_ID is empty');
    expect(named.said).toContain('The bot may post alarms in #desk.');
  });

  it('looks at what /setup chose, not at what the environment says', async () => {
    const database = await openDatabase({ url, tls: 'off', dataDir: 'unused', log: quiet });
    const choose = (choice: Partial<DeskSettings>) =>
      database.stores.deskSettings.change({
        guildId: discord.guildId,
        choice,
        alertChannelId: '1',
        by: 'carol',
        at: 0,
      });

    await choose({ traderRoleIds: [discord.roles.trader], digestChannelId: discord.channels.desk });
    const sound = await examine({ TRADER_ROLE_IDS: '123456789012345678' });
    await choose({ traderRoleIds: ['123456789012345678'], alertChannelId: '876543210987654321' });
    const broken = await examine();
    await database.pool.query('DELETE FROM desk_settings');
    await database.close();

    expect(sound.code).toBe(0);
    expect(sound.said).toContain('What /setup chose names 1 role of the server: trader.');
    expect(sound.said).toContain('The bot may post digests in #desk.');
    expect(broken.code).toBe(1);
    expect(broken.said).toContain(
      'What /setup chose names roles the server does not have: 123456789012345678',
    );
    expect(broken.said).toMatch(
      /cannot see the channel for cards, 876543210987654321.*Choose another with \/setup/,
    );
  });

  it('reads them from the embedded database too', async () => {
    const folder = await makeFolder();
    const database = await openDatabase({ dataDir: folder.path, log: quiet });
    await database.stores.deskSettings.change({
      guildId: discord.guildId,
      choice: { digestChannelId: discord.channels.desk },
      alertChannelId: '1',
      by: 'carol',
      at: 0,
    });
    await database.close();

    const { said } = await examine({ DATABASE_URL: '', DATA_DIR: folder.path });
    await folder.remove();

    expect(said).toContain('The bot may post digests in #desk.');
    expect(said).toContain('OraCore runs its own Postgres');
  }, 60_000);

  it('names the permissions that the bot lacks in the channel', async () => {
    discord.faults.denyBot(discord.channels.alerts, ['AttachFiles', 'EmbedLinks']);

    const { code, said } = await examine();
    discord.faults.denyBot(discord.channels.alerts, []);

    expect(said).toContain('The bot lacks Embed Links, Attach Files in #alerts');
    expect(code).toBe(1);
  });
});
