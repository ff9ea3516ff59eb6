import {
  type APIButtonComponentWithCustomId,
  type APIStringSelectComponent,
  ComponentType,
  MessageFlags,
} from 'discord.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { touchCards } from '../../src/app/cards/touch-cards.ts';
import { newYorkClock } from '../../src/domain/calendar.ts';
import type { Seen } from '../../src/sandbox/discord/interaction.ts';
import type { UiMessage } from '../../src/sandbox/discord/ui-protocol.ts';
import { aSession } from '../support/builders.ts';
import { type CardScenes, cardScenes } from '../support/card-scenes.ts';
import { withDatabase } from '../support/database.ts';
import { type RunningDesk, startRunningDesk } from '../support/running-desk.ts';

const MINUTE = 60_000;
const MONDAY = aSession('2022-06-13');

const database = withDatabase();
let desk: RunningDesk;
let scenes: CardScenes;
beforeAll(async () => {
  desk = await startRunningDesk(database.current);
  scenes = cardScenes(desk, database.current);
});
afterAll(async () => {
  await desk.close();
  expect(desk.discord.violations.filter(({ what }) => what === 'request')).toEqual([]);
  expect(desk.discord.unhandledRoutes).toEqual([]);
});
/** An hour lies between two stories, so that none is part of another's flood. */
beforeEach(() => {
  desk.now = hour;
  hour += 12 * MINUTE;
});
let hour = MONDAY.open + 30 * MINUTE + 5000;

const person = (name: 'alice' | 'bob' | 'dave') => desk.discord.person(name);
const idOf = (name: 'alice' | 'bob') => desk.discord.people[name];
const current = (message: UiMessage) => desk.discord.message(message.id) ?? message;
/** Buttons and menus of a message. */
function parts(
  message: UiMessage | undefined,
): (APIButtonComponentWithCustomId | APIStringSelectComponent)[] {
  const rows = (message && current(message).components) ?? [];
  return rows.flatMap((row) => ('components' in row ? (row.components as never) : []));
}
/** The menu of a message. */
function menuOf(message: UiMessage | undefined): APIStringSelectComponent {
  const [menu] = parts(message);
  if (menu?.type !== ComponentType.StringSelect) throw new Error('the message has no menu');
  return menu;
}
const replies = (ticker: string) =>
  scenes
    .about(ticker)
    .filter((message) => message.message_reference !== undefined && message.ephemeralFor === undefined);
const mentioned = (message: UiMessage | undefined) => message?.mentions.map(({ id }) => id).sort();
const isSilent = (message: UiMessage) => Boolean((message.flags ?? 0) & MessageFlags.SuppressNotifications);
const cardId = async (ticker: string): Promise<number> => {
  const [row] = await scenes.rows(
    `SELECT c.id::int FROM cards c JOIN symbols s ON s.id = c.symbol_id WHERE s.ticker = $1 AND c.kind = 'signal'`,
    [ticker],
  );
  return Number(row?.id);
};

function whispered(seen: Seen): UiMessage {
  if (seen.kind !== 'message' && seen.kind !== 'update') throw new Error(`saw ${JSON.stringify(seen)}`);
  return seen.message;
}

async function post(ticker: string): Promise<UiMessage> {
  await scenes.fire(ticker);
  await scenes.tend();
  return scenes.card(ticker);
}

describe('a card', () => {
  it('is open, then decided, then expired after three candles', async () => {
    const card = await post('AGES');
    expect(scenes.state(card)).toMatch(/^⏳ \*\*Open\*\* until <t:\d+:t> \(\d\d:\d\d ET\)$/);

    await person('alice').click(card, 'Ignore');
    expect(scenes.state(card)).toMatch(/^✔️ \*\*Decided\*\*, open until/);

    for (let candle = 0; candle < 3; candle += 1) await scenes.candle('AGES', {});
    await scenes.tend();

    expect(scenes.state(card)).toMatch(/⌛ \*\*Expired\*\* .* three candles have passed/);
    expect(parts(card)[0]).toMatchObject({ label: 'Log late fill' });
    expect(replies('AGES')).toEqual([]);
  });

  it('warns in the form of a late fill', async () => {
    const card = await post('LATE');
    for (let candle = 0; candle < 3; candle += 1) await scenes.candle('LATE', {});
    await scenes.tend();

    const seen = await person('alice').click(card, 'Log late fill');

    expect(JSON.stringify(seen)).toMatch(
      /Late fill LATE 5m long.*This card expired.*three candles have passed/s,
    );
  });

  it('tells each touch once: on the card, and to those who follow it', async () => {
    const card = await post('TOUCH');
    await person('alice').click(card, 'Watch');
    await person('bob').click(card, 'Ignore');

    await scenes.candle('TOUCH', { high: 101.25 });
    const at = newYorkClock(desk.now - 1000);
    await scenes.tend();
    await scenes.tend();
    await desk.restart();

    expect(scenes.state(card)).toMatch(
      new RegExp(`TP1 \\*\\*\\+1\\.5\u00a0R\\*\\* · <t:\\d+:t> \\(${at} ET\\)`),
    );
    expect(scenes.state(card)).toMatch(/Expired.*TP1 was touched/);
    const [reply, ...others] = replies('TOUCH');
    expect(others).toEqual([]);
    expect(reply?.content).toMatch(
      /^TOUCH 5m long 🎯 TP1 touched .*\*\*\+1\.5\u00a0R\*\* at 101\.20\n<@\d+>$/,
    );
    expect(mentioned(reply)).toEqual([idOf('alice')]);
    expect(reply?.message_reference?.message_id).toBe(card.id);
    expect(isSilent(reply as UiMessage)).toBe(false);
    expect(
      await scenes.rows(
        `SELECT event, delivered, message_id FROM alerts WHERE kind = 'update' AND card_id = $1`,
        [await cardId('TOUCH')],
      ),
    ).toEqual([{ event: 'tp1', delivered: true, message_id: reply?.id }]);
  });

  it('calls nobody when nobody follows it, and still writes the touch', async () => {
    await post('ALONE');

    await scenes.candle('ALONE', { low: 99 });
    await scenes.tend();

    expect(replies('ALONE')).toEqual([]);
    expect(scenes.state(scenes.card('ALONE'))).toMatch(
      /Expired.*the stop was touched\n🛑 Stop \*\*−1\.0\u00a0R\*\*/,
    );
    expect(
      await scenes.rows(`SELECT event, delivered FROM alerts WHERE kind = 'update' AND card_id = $1`, [
        await cardId('ALONE'),
      ]),
    ).toEqual([{ event: 'stop', delivered: true }]);
  });

  it('sends the reply once when the process dies between the touch and the reply', async () => {
    const card = await post('KILL');
    await person('alice').click(card, 'Watch');
    await scenes.candle('KILL', { high: 103 });

    await touchCards(desk.bot.desk.services, { now: desk.now });
    expect(replies('KILL')).toEqual([]);
    await desk.restart();
    await scenes.tend();

    expect(replies('KILL')).toHaveLength(1);
    expect(replies('KILL')[0]?.content.split('\n')).toHaveLength(3); // TP1, TP2, whom it calls
  });

  it('finds its reply again when the process dies between the post and the note of it', async () => {
    const card = await post('FIND');
    await person('bob').click(card, 'Watch');
    await scenes.candle('FIND', { high: 101.3 });
    await scenes.tend();
    await scenes.rows(
      `UPDATE outbox SET state = 'sending', claimed_by = 'dead', claimed_until = $1, message_id = NULL
      WHERE key LIKE $2`,
      [new Date(desk.now), `touch:${await cardId('FIND')}:%`],
    );
    desk.discord.clocks.nonceMs = 0;

    desk.now += 5 * MINUTE;
    await desk.restart();

    expect(replies('FIND')).toHaveLength(1);
    expect(
      await scenes.rows(`SELECT state, message_id FROM outbox WHERE card_id = $1`, [await cardId('FIND')]),
    ).toEqual([{ state: 'sent', message_id: replies('FIND')[0]?.id }]);
  });
});

describe('a flood', () => {
  it('posts the best three, and one list from which each can be opened', async () => {
    const scores = { FLA: 0.5, FLB: 0.9, FLC: 0.6, FLD: 0.8, FLE: 0.4, FLF: 0.7 };
    for (const [ticker, score] of Object.entries(scores)) await scenes.fire(ticker, { score });

    await scenes.tend();

    for (const ticker of ['FLB', 'FLD', 'FLF']) expect(scenes.card(ticker).content).toContain('LONG');
    const list = scenes.about('FLC')[0] as UiMessage;
    expect(list.content).toMatch(/^📋 3 more cards of /);
    expect(list.embeds[0]?.description?.split('\n').map((line) => line.slice(10, 13))).toEqual([
      'FLC',
      'FLA',
      'FLE',
    ]);
    const { options, custom_id: customId } = menuOf(list);
    const value = options.find(({ label }) => label.includes('FLA'))?.value ?? '';

    await desk.restart();
    const seen = await person('bob').select(list, customId, [value]);
    const again = await person('alice')
      .select(list, customId, [value])
      .catch(() => null);

    expect(seen.kind).toBe('update');
    expect(scenes.card('FLA').content).toContain('FLA 5m');
    expect(isSilent(scenes.card('FLA'))).toBe(true);
    expect(current(list).embeds[0]?.description).toContain(
      `[opened](https://discord.com/channels/${desk.discord.guildId}`,
    );
    expect(again).toBeNull(); // the menu no longer offers it
    expect(
      await scenes.rows(
        `SELECT c.state, c.held_reason, count(*)::int AS n FROM cards c JOIN symbols s ON s.id = c.symbol_id
         WHERE s.ticker LIKE 'FL_' GROUP BY 1, 2 ORDER BY 1, 2`,
      ),
    ).toEqual([
      { state: 'listed', held_reason: 'flood', n: 2 },
      { state: 'sent', held_reason: 'flood', n: 1 },
      { state: 'sent', held_reason: null, n: 3 },
    ]);
  });

  it('refuses a menu to a person without the role', async () => {
    const [list] = scenes.about('FLE');
    const { custom_id: customId } = menuOf(list);

    const seen = await person('dave').select(list as UiMessage, customId, [String(await cardId('FLE'))]);

    expect(whispered(seen).content).toContain(`<@&${desk.discord.roles.trader}>`);
    expect(await scenes.rows(`SELECT state FROM cards WHERE id = $1`, [await cardId('FLE')])).toEqual([
      { state: 'listed' },
    ]);
  });

  it('keeps a ticker quiet for half an hour, either side, and says why', async () => {
    await post('COOL');
    desk.now += 5 * MINUTE;
    await scenes.fire('COOL', { side: 'short', score: 0.99 });

    await scenes.tend();

    expect(scenes.about('COOL')).toHaveLength(1);
    expect(
      await scenes.rows(
        `SELECT c.state, c.suppressed_reason FROM cards c JOIN symbols s ON s.id = c.symbol_id
         WHERE s.ticker = 'COOL' ORDER BY c.id`,
      ),
    ).toEqual([
      { state: 'sent', suppressed_reason: null },
      { state: 'suppressed', suppressed_reason: 'cooldown' },
    ]);
  });
});

describe('a call by name', () => {
  it('goes to whom it concerns, and every other card comes without a sound', async () => {
    const set = await person('alice').command('notify', { tickers: 'name1, name2', 'min-score': 0.7 }, 'set');
    await person('bob').command('notify', { tickers: 'all', side: 'short' }, 'set');
    expect(whispered(set)).toMatchObject({
      ephemeralFor: idOf('alice'),
      content: expect.stringContaining('NAME1 and NAME2'),
    });

    await scenes.fire('NAME1', { score: 0.8 });
    await scenes.fire('NAME2', { score: 0.6 });
    await scenes.fire('OTHER', { score: 0.9 });
    await scenes.tend();
    const [named, weak, other] = ['NAME1', 'NAME2', 'OTHER'].map((ticker) => scenes.card(ticker));

    expect(mentioned(named)).toEqual([idOf('alice')]);
    expect(named?.content).toMatch(/<@\d+>$/);
    expect([named, weak, other].map((card) => isSilent(card as UiMessage))).toEqual([false, true, true]);
    expect(mentioned(other)).toEqual([]);

    await person('bob').click(named as UiMessage, 'Ignore');
    expect(current(named as UiMessage).content).toBe(named?.content);
    await person('alice').command('notify', {}, 'off');
    await person('bob').command('notify', {}, 'off');
    expect(await scenes.rows('SELECT FROM notify_settings')).toEqual([]);
  });
});

describe('a mute', () => {
  it('for everybody keeps cards away, says so in the channel, and ends', async () => {
    const said = await person('alice').command('mute', { ticker: 'hush', until: '1h' }, 'ticker');
    await scenes.fire('HUSH');
    await scenes.tend();

    expect(whispered(said).content).toMatch(/^🔕 \*\*HUSH\*\* is muted for everybody until/);
    expect(scenes.about('HUSH').map(({ content }) => content)).toEqual([
      expect.stringMatching(
        /^🔕 \*\*HUSH\*\* is muted for everybody until .* by <@\d+>\. Undo with `\/mute off`\.$/,
      ),
    ]);
    expect(
      await scenes.rows(`SELECT state, suppressed_reason FROM cards WHERE id = $1`, [await cardId('HUSH')]),
    ).toEqual([{ state: 'suppressed', suppressed_reason: 'muted' }]);
    expect(await scenes.rows(`SELECT action, target FROM audit_log WHERE action = 'mute'`)).toEqual([
      { action: 'mute', target: 'HUSH' },
    ]);

    const [mute] = await scenes.rows(`SELECT id::int FROM mutes`);
    const ended = await person('bob').command('mute', { number: Number(mute?.id) }, 'off');
    expect(whispered(ended).content).toContain('no longer muted');
    expect(whispered(await person('bob').command('mute', {}, 'list')).content).toBe('Nothing is muted.');
  });

  it('for oneself takes away the call, not the card', async () => {
    await person('alice').command('notify', { tickers: 'all' }, 'set');
    const card = await post('MINE1');
    expect(mentioned(card)).toEqual([idOf('alice')]);
    const panel = whispered(await person('alice').click(card, 'Mute'));
    expect(panel.ephemeralFor).toBe(idOf('alice'));

    await person('alice').select(panel, `mute:me:${await cardId('MINE1')}`, ['detector:15m']);
    await scenes.fire('MINE2');
    await scenes.tend();

    expect(mentioned(scenes.card('MINE2'))).toEqual([]);
    await person('alice').command('notify', {}, 'off');
  });

  it('of a card ends its replies, and the touch is still written', async () => {
    const card = await post('ENOUGH');
    await person('alice').click(card, 'Watch');
    const panel = whispered(await person('bob').click(card, 'Mute'));
    await person('bob').select(panel, `mute:everyone:${await cardId('ENOUGH')}`, ['card:close']);

    await scenes.candle('ENOUGH', { high: 101.5 });
    await scenes.tend();

    expect(replies('ENOUGH')).toEqual([]);
    expect(scenes.state(card)).toContain('🎯 TP1 **+1.5\u00a0R**');
    expect(
      await scenes.rows(`SELECT state, suppressed_reason FROM outbox WHERE card_id = $1`, [
        await cardId('ENOUGH'),
      ]),
    ).toEqual([{ state: 'suppressed', suppressed_reason: 'muted' }]);
  });
});

describe('Snooze', () => {
  it('brings a card back once for two people, after a restart, with the price of then', async () => {
    const card = await post('SNOOZE');
    await person('alice').click(card, 'Snooze');
    const panel = await snoozePanel('alice', await cardId('SNOOZE'));
    desk.now += 2 * MINUTE;
    await person('bob').click(card, 'Snooze');
    expect(panel.content).toMatch(/^💤 Back at \d\d:\d\d ET \(<t:\d+:R>\)/);

    desk.now += 27 * MINUTE;
    await scenes.tend();
    expect(replies('SNOOZE')).toEqual([]);
    await scenes.candle('SNOOZE', { ts: floor(desk.now), high: 100.5, close: 100.4 });
    desk.now += MINUTE;
    await desk.restart();
    await scenes.tend();
    await desk.restart();

    const [reminder, ...others] = replies('SNOOZE');
    expect(others).toEqual([]);
    expect(mentioned(reminder)).toEqual([idOf('alice'), idOf('bob')].sort());
    expect(reminder?.content).toMatch(/🟢 LONG SNOOZE 5m · now \*\*100\.40\*\*.*, \+0\.5\u00a0R/);

    await person('bob').click(reminder as UiMessage, 'Watch');
    expect(current(reminder as UiMessage).content).toContain(`<@${idOf('bob')}> watches it`);
    await vi.waitFor(() =>
      expect(JSON.stringify(current(card).embeds)).toContain(`<@${idOf('bob')}> watches it`),
    );
  });

  it('comes back once though the process dies before it is noted, and the price moved since', async () => {
    const card = await post('DIES');
    await person('alice').click(card, 'Snooze');
    await snoozePanel('alice', await cardId('DIES'));
    desk.now += 30 * MINUTE;
    await scenes.tend();
    await scenes.rows(
      `UPDATE cards SET state = 'sending', claimed_by = 'dead', claimed_until = $1, message_id = NULL WHERE original_id = $2`,
      [new Date(desk.now), await cardId('DIES')],
    );
    desk.discord.clocks.nonceMs = 0;
    await scenes.candle('DIES', { close: 100.1 });

    desk.now += 5 * MINUTE;
    await desk.restart();

    expect(replies('DIES')).toHaveLength(1);
    expect(
      await scenes.rows(`SELECT state, message_id FROM cards WHERE original_id = $1`, [await cardId('DIES')]),
    ).toEqual([{ state: 'sent', message_id: replies('DIES')[0]?.id }]);
  });

  it('changes nothing on a second click, and says when it comes back', async () => {
    const card = await post('TWICE');
    await person('alice').click(card, 'Snooze');
    desk.now += MINUTE;

    const said = whispered(await person('alice').click(card, 'Snooze'));

    expect(said.content).toMatch(/^You already snoozed this at .*\n💤 Back at \d\d:\d\d ET \(<t:\d+:R>\)/);
    expect(
      await scenes.rows(`SELECT count(*)::int AS n FROM decisions WHERE card_id = $1`, [
        await cardId('TWICE'),
      ]),
    ).toEqual([{ n: 1 }]);
    expect(
      await scenes.rows(`SELECT count(*)::int AS n FROM cards WHERE original_id = $1`, [
        await cardId('TWICE'),
      ]),
    ).toEqual([{ n: 1 }]);
  });

  it('comes back when one chose, to nobody who decided otherwise since', async () => {
    const card = await post('CHOICE');
    const id = await cardId('CHOICE');
    await person('alice').click(card, 'Snooze');
    await person('alice').select(await snoozePanel('alice', id), `snooze:until:${id}`, ['15m']);
    await person('bob').click(card, 'Snooze');
    await person('bob').click(card, 'Ignore');

    desk.now += 15 * MINUTE;
    await scenes.tend();
    expect(replies('CHOICE').map(mentioned)).toEqual([[idOf('alice')]]);
    desk.now += 30 * MINUTE;
    await scenes.tend();

    expect(replies('CHOICE')).toHaveLength(1);
    expect(
      await scenes.rows(
        `SELECT suppressed_reason FROM cards WHERE original_id = $1 AND state = 'suppressed'`,
        [id],
      ),
    ).toEqual([{ suppressed_reason: 'nobody_waits' }]);
  });

  it('is replaced by a line when the stop was hit', async () => {
    const card = await post('HIT');
    await person('alice').click(card, 'Snooze');
    await scenes.candle('HIT', { low: 98 });

    desk.now += 30 * MINUTE;
    await scenes.tend();

    const [line, ...others] = replies('HIT');
    expect(others).toEqual([]);
    expect(line?.content).toMatch(/HIT 5m: the stop was touched .* while you waited, −1\.0\u00a0R\.$/);
    expect(line?.components).toEqual([]);
    expect(mentioned(line)).toEqual([idOf('alice')]);
  });
});

describe('the closing bell', () => {
  it('holds cards until the open: back with the gap, or dropped with a line beyond the stop', async () => {
    const tuesday = aSession('2022-06-14');
    desk.now = MONDAY.close + 5000;
    for (const ticker of ['BELLA', 'BELLB']) await scenes.fire(ticker, { firedAt: MONDAY.close });
    await scenes.tend();
    desk.now = tuesday.open - MINUTE;
    await desk.restart();
    expect([...scenes.about('BELLA'), ...scenes.about('BELLB')]).toEqual([]);
    expect((await database.current.stores.placements.held()).map(({ ticker }) => ticker)).toEqual([
      'BELLA',
      'BELLB',
    ]);

    desk.now = tuesday.open;
    await scenes.tend();
    expect(scenes.about('BELLA'), 'nobody knows yet where it opened').toEqual([]);
    await scenes.candle('BELLA', { ts: tuesday.open, open: 100.4 });
    await scenes.candle('BELLB', { ts: tuesday.open, open: 99.1, low: 99 });
    desk.now = tuesday.open + 5 * MINUTE;
    await scenes.tend();
    await desk.restart();

    expect(scenes.state(scenes.card('BELLA'))).toMatch(
      /🌅 From the last close; opened 100\.40, \+0\.4\u00a0%, \+0\.5\u00a0R/,
    );
    expect(scenes.about('BELLB').map(({ content }) => content)).toEqual([
      '🌅 BELLB 5m long from the last close is off: it opened at 99.10 (−0.9\u00a0%), beyond its stop 99.20.',
    ]);
    expect(
      await scenes.rows(
        `SELECT s.ticker, c.state, c.suppressed_reason, c.held_reason FROM cards c JOIN symbols s ON s.id = c.symbol_id
         WHERE s.ticker LIKE 'BELL_' ORDER BY 1`,
      ),
    ).toEqual([
      { ticker: 'BELLA', state: 'sent', suppressed_reason: null, held_reason: 'closing_bell' },
      {
        ticker: 'BELLB',
        state: 'suppressed',
        suppressed_reason: 'gap_beyond_stop',
        held_reason: 'closing_bell',
      },
    ]);
  });
});

describe('a person without the role', () => {
  const written = async () =>
    (
      await scenes.rows(`SELECT (SELECT count(*) FROM decisions)::int AS decisions, (SELECT count(*) FROM mutes)::int AS mutes,
        (SELECT count(*) FROM cards)::int AS cards, (SELECT count(*) FROM notify_settings)::int AS notify,
        (SELECT count(*) FROM card_snoozes)::int AS snoozes`)
    )[0];
  const refusals = async () => (await scenes.rows(`SELECT FROM audit_log WHERE action = 'refused'`)).length;

  it('is refused by every button, menu and command of this part, in private and in the audit log', async () => {
    const card = await post('DENY');
    const id = await cardId('DENY');
    await person('alice').click(card, 'Snooze');
    const snooze = await snoozePanel('alice', id);
    const mute = whispered(await person('alice').click(card, 'Mute'));
    const [before, refused] = [await written(), await refusals()];
    const dave = person('dave');

    const seen = [
      await dave.click(card, 'Snooze'),
      await dave.click(card, 'Mute'),
      await dave.command('notify', { tickers: 'all' }, 'set'),
      await dave.command('notify', {}, 'show'),
      await dave.command('notify', {}, 'off'),
      await dave.command('mute', { ticker: 'DENY', until: '1h' }, 'ticker'),
      await dave.command('mute', { detector: 'breakout_v1', until: '1h' }, 'detector'),
      await dave.command('mute', { number: id, until: '1h' }, 'card'),
      await dave.command('mute', { number: 1 }, 'off'),
      await dave.command('mute', {}, 'list'),
    ];

    for (const each of seen) {
      expect(whispered(each).content).toContain(`<@&${desk.discord.roles.trader}>`);
      expect(whispered(each).ephemeralFor).toBe(desk.discord.people.dave);
    }
    expect(await written()).toEqual(before);
    await vi.waitFor(async () => expect(await refusals()).toBe(refused + seen.length));
    expect([snooze, mute].map(({ ephemeralFor }) => ephemeralFor)).toEqual([idOf('alice'), idOf('alice')]);
  });
});

it('every card is accounted for', async () => {
  const [counts] = await scenes.rows(
    `SELECT count(*)::int AS cards,
       count(*) FILTER (WHERE state IN ('sent', 'listed', 'suppressed'))::int AS settled FROM cards WHERE kind = 'signal'`,
  );

  expect(counts?.settled).toBe(counts?.cards);
});

function floor(moment: number): number {
  return moment - (moment % 300_000);
}

/** The panel that only this person sees after a snooze. */
function snoozePanel(name: 'alice' | 'bob', card: number): Promise<UiMessage> {
  return desk.discord.waitForMessage(
    (message) =>
      message.ephemeralFor === idOf(name) &&
      JSON.stringify(message.components).includes(`snooze:until:${card}"`),
  );
}
