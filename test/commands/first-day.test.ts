import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Seen } from '../../src/sandbox/discord/interaction.ts';
import type { UiMessage } from '../../src/sandbox/discord/ui-protocol.ts';
import { withDatabase } from '../support/database.ts';
import { type RunningDesk, startRunningDesk } from '../support/running-desk.ts';

const database = withDatabase();
let desk: RunningDesk;
beforeAll(async () => {
  desk = await startRunningDesk(database.current);
});
afterAll(async () => {
  await desk.close();
  expect(desk.discord.violations.filter(({ what }) => what === 'request')).toEqual([]);
});

/** What was put before one person alone. */
function privately(seen: Seen): UiMessage {
  if ((seen.kind === 'message' || seen.kind === 'update') && seen.message.ephemeralFor !== undefined)
    return seen.message;
  throw new Error(`saw ${JSON.stringify(seen)}`);
}

const as = (name: 'alice' | 'bob' | 'carol' | 'dave') => desk.discord.person(name);
const panelOf = async () => privately(await as('carol').command('setup'));
const rows = async (sql: string) => (await database.current.pool.query(sql)).rows;

describe('/setup', () => {
  let panel: UiMessage;
  beforeEach(async () => {
    panel = await panelOf();
  });

  it('shows who may do what, where the desk speaks, and that the bot has its permissions', () => {
    const { roles, channels } = desk.discord;

    expect(panel.content).toContain(`<@&${roles.trader}>`);
    expect(panel.content).toContain(
      `**Cards** go to <#${channels.alerts}>, **digests** to <#${channels.desk}>`,
    );
    expect(panel.content).toContain('every permission');
  });

  it('puts a chosen role in force at once, and after a restart', async () => {
    const { trader, administrator } = desk.discord.roles;
    const card = await desk.postCard();

    const chosen = privately(await as('carol').select(panel, 'setup:traders:1', [administrator]));
    const alices = await as('alice').click(card, 'Watch');
    const carols = await as('carol').click(card, 'Watch');
    await desk.restart();
    const later = await as('alice').click(card, 'Ignore');
    await as('carol').select(await panelOf(), 'setup:traders:1', [trader]);
    const again = await as('alice').click(card, 'Ignore');

    expect(chosen.content).toContain('✅ Kept.');
    expect(privately(alices).content).toContain(`<@&${administrator}>`);
    expect(carols.kind).toBe('update');
    expect(privately(later).content, 'kept').toContain(`<@&${administrator}>`);
    expect(again.kind).toBe('update');
  });

  it('admits nobody when no role is left, never everybody', async () => {
    const card = await desk.postCard();
    const everyone = desk.discord.guildId;

    const emptied = privately(await as('carol').select(panel, 'setup:traders:1', []));
    const alices = privately(await as('alice').click(card, 'Watch'));
    const refused = privately(await as('carol').select(panel, 'setup:traders:1', [everyone]));
    await as('carol').select(panel, 'setup:traders:1', [desk.discord.roles.trader]);

    expect(emptied.content).toContain('⚠️ nobody yet');
    expect(alices.content).toContain('Nobody may use this yet');
    expect(refused.content).toContain('@everyone would admit everybody');
  });

  it('lets Discord’s administrator mend a choice that locked every administrator out', async () => {
    await as('carol').select(panel, 'setup:admins:1', []);
    const audit = privately(await as('carol').command('audit'));

    const mended = privately(
      await as('carol').select(await panelOf(), 'setup:admins:1', [desk.discord.roles.administrator]),
    );

    expect(audit.content).toContain('Nobody may use this yet');
    expect(mended.content).toContain(`read the log: <@&${desk.discord.roles.administrator}>`);
  });

  it('moves the cards with their channel, those of watches that went there included', async () => {
    const { alerts, desk: talk } = desk.discord.channels;
    await desk.postCard();

    const moved = privately(await as('carol').select(panel, 'setup:alerts:1', [talk]));
    const channels = await rows('SELECT DISTINCT channel_id FROM watch_requests WHERE active');
    await as('carol').select(moved, 'setup:alerts:1', [alerts]);

    expect(moved.content).toContain(`**Cards** go to <#${talk}>`);
    expect(channels).toEqual([{ channel_id: talk }]);
  });

  it('refuses a channel in which the bot may not post, and names what is missing', async () => {
    const { admin } = desk.discord.channels;
    desk.discord.faults.denyBot(admin, ['SendMessages']);

    const refused = privately(await as('carol').select(panel, 'setup:digests:1', [admin]));

    desk.discord.faults.denyBot(admin, []);
    expect(refused.content).toContain(`The bot lacks Send Messages`);
    expect((await panelOf()).content).not.toContain(`<#${admin}>`);
  });

  it('posts a test card where cards go, and links it', async () => {
    const tested = privately(await as('carol').click(panel, 'Post a test card'));

    const posted = await desk.discord.waitForMessage(({ content }) => content.startsWith('🧪 Test card'));
    expect(posted.channel_id).toBe(desk.discord.channels.alerts);
    expect(tested.content).toContain(`/${posted.id})`);
    expect(await rows(`SELECT FROM cards WHERE message_id = '${posted.id}'`)).toEqual([]);
  });

  it('is in the audit log, which an administrator reads', async () => {
    await as('carol').select(panel, 'setup:digests:1', [desk.discord.channels.alerts]);
    await as('carol').select(panel, 'setup:digests:1', [desk.discord.channels.desk]);

    const read = privately(await as('carol').command('audit', { limit: 5 }));

    expect(read.embeds[0]?.description).toContain(
      `**setup** \`digestChannelId\` by <@${desk.discord.people.carol}>`,
    );
  });
});

describe('/audit', () => {
  it('shows what one person was refused', async () => {
    const card = await desk.postCard();
    await as('dave').click(card, 'Watch');

    const read = privately(
      await as('carol').command('audit', { person: desk.discord.people.dave, refused: true }),
    );

    const lines = read.embeds[0]?.description ?? '';
    expect(lines).toContain(`**refused** \`card:watch\` by <@${desk.discord.people.dave}>`);
    expect(lines).toContain('lacks the trader role');
    expect(lines).not.toContain('setup');
  });
});

describe('/watch add', () => {
  it('says how late cards are to be expected', async () => {
    const said = privately(await as('alice').command('watch', { ticker: 'QQQ', timeframe: '5m' }, 'add'));

    expect(said.content).toContain('The desk now watches **QQQ 5m**');
    expect(said.content).toMatch(/Cards come about \d+ s after each 5m close\./);
  });

  it('takes a channel, and refuses one in which the bot may not post', async () => {
    const { desk: talk, admin } = desk.discord.channels;
    desk.discord.faults.denyBot(admin, ['EmbedLinks']);
    const add = (channel: string) =>
      as('alice').command('watch', { ticker: 'MSFT', timeframe: '5m', channel }, 'add');

    const refused = privately(await add(admin));
    const said = privately(await add(talk));

    desk.discord.faults.denyBot(admin, []);
    expect(refused.content).toContain('The bot lacks Embed Links');
    expect(said.content).toContain(`cards in <#${talk}>`);
  });

  it('serves several people by one watch: who joins takes it as it is, a follower changes it for all', async () => {
    const add = (who: 'alice' | 'bob', options = {}) =>
      as(who).command('watch', { ticker: 'AMD', timeframe: '15m', ...options }, 'add');
    await add('alice', { 'min-score': 0.6 });

    const joined = privately(await add('bob', { 'min-score': 0.9 }));
    const changed = privately(await add('bob', { 'min-score': 0.8, cooldown: 5 }));
    const same = privately(await add('bob'));

    expect(joined.content).toContain('You joined the watch of **AMD 15m**. It keeps the settings it has.');
    expect(joined.content).toContain('score from 0.6');
    expect(joined.content).toContain('One other person follows this watch');
    expect(changed.content).toContain('Changed for everybody who follows it: **AMD 15m**');
    expect(changed.content).toContain('score from 0.8');
    expect(same.content).toContain('You already watch **AMD 15m**');
    expect(
      await rows(
        `SELECT params FROM watch_requests w JOIN symbols s ON s.id = w.symbol_id WHERE ticker = 'AMD'`,
      ),
    ).toEqual([{ params: { detectors: [], minScore: 0.8, sides: ['long', 'short'], cooldownMinutes: 5 } }]);
  });
});

describe('/why', () => {
  it('tells one person why, at once', async () => {
    await as('alice').command('watch', { ticker: 'SPY', timeframe: '5m' }, 'add');

    const said = privately(
      await as('dave').command('why', { ticker: 'SPY', timeframe: '5m', time: '10:30' }),
    );

    expect(said.embeds[0]?.title).toBe('Why SPY 5m');
    expect(said.embeds[0]?.fields).toHaveLength(5);
    expect(JSON.stringify(said.embeds)).toMatch(/volume vs usual \*\*[\d.]+×\*\*(, needs)?\s≥\s1\.5×/);
  });
});
