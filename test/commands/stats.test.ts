import { MessageFlags } from 'discord.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Seen } from '../../src/sandbox/discord/interaction.ts';
import type { UiMessage } from '../../src/sandbox/discord/ui-protocol.ts';
import { withDatabase } from '../support/database.ts';
import { seedHistory } from '../support/history.ts';
import { type RunningDesk, startRunningDesk } from '../support/running-desk.ts';

const database = withDatabase();
let desk: RunningDesk;
beforeAll(async () => {
  desk = await startRunningDesk(database.current);
  await seedHistory(database.current.pool, { signals: 8000, signalsPerCard: 8, horizons: [20] });
  await database.current.pool.query(`UPDATE signals SET origin = 'sandbox'`);
});
afterAll(async () => {
  await desk.close();
  expect(desk.discord.violations.filter(({ what }) => what === 'request')).toEqual([]);
});

function answered(seen: Seen): UiMessage {
  if (seen.kind !== 'message' && seen.kind !== 'update') throw new Error(`saw ${JSON.stringify(seen)}`);
  return seen.message;
}
const isForOne = (message: UiMessage) => Boolean((message.flags ?? 0) & MessageFlags.Ephemeral);
const person = (who: 'alice' | 'bob' | 'dave') => desk.discord.person(who);
const fill = (options: Record<string, string>, what: 'enter' | 'exit') =>
  person('alice').command('journal', options, what);

describe('/stats decisions', () => {
  it('shows the team what its answers were worth, with a picture', async () => {
    const message = answered(await person('dave').command('stats', { period: 'all' }, 'decisions'));

    const text = message.embeds[0]?.description ?? '';
    expect(isForOne(message)).toBe(false);
    expect(message.embeds[0]?.title).toBe('What you did with the cards, all time');
    expect(text).toMatch(
      /^\d+ cards shown\. Not entered: \*\*missed \d+\.\d R\*\* of gains, \*\*dodged \d+\.\d R\*\* of losses\./,
    );
    expect(text).toMatch(
      /\*\*Entered\*\* \d+ cards: [+−]?\d+\.\d\u00a0R over \d+ with an outcome\n-# gained N = \d+: \d+\u00a0% \(95\u00a0%: \d+ to \d+\u00a0%\)/,
    );
    expect(message.embeds[0]?.image?.url).toContain('statistics.png');
  });

  it('turns to people, and to reasons, speed and slippage', async () => {
    const first = answered(await person('dave').command('stats', { period: 'all' }, 'decisions'));

    const people = answered(await person('dave').click(first, 'People'));
    const reasons = answered(await person('dave').click(people, 'Reasons and speed'));

    expect(people.embeds[0]?.description).toMatch(/<@u\d> entered \d+, ignored \d+, watched or snoozed \d+/);
    expect(people.embeds[0]?.image, 'the picture belongs to the first page').toBeUndefined();
    expect(reasons.embeds[0]?.description).toMatch(/spread: \d+, [+−]?\d+\.\d\u00a0R over \d+/);
    expect(reasons.embeds[0]?.description).toMatch(/alert to click: .* on average, N = \d+/);
    expect(reasons.embeds[0]?.description).toContain('alert to fill: nothing to measure yet');
  });

  it('says so when no card was shown', async () => {
    const message = answered(await person('dave').command('stats', { period: 'today' }, 'decisions'));

    expect(message.embeds[0]?.description).toBe('No card was shown in this time.');
  });
});

describe('/stats journal', () => {
  it('says so while nothing is closed, for the person alone', async () => {
    const message = answered(await person('bob').command('stats', {}, 'journal'));

    expect(isForOne(message)).toBe(true);
    expect(message.embeds[0]?.description).toContain('You closed nothing in this time.');
  });

  it('tells what trading came to, page by page', async () => {
    await fill(
      { ticker: 'NVDA', side: 'long', qty: '100', price: '100', stop: '99', time: '10:00' },
      'enter',
    );
    await fill({ ticker: 'NVDA', qty: '50', price: '101.50', tag: 'TP1', time: '10:10' }, 'exit');
    await fill({ ticker: 'NVDA', qty: '50', price: '99', tag: 'STOP', time: '10:20' }, 'exit');
    await fill({ ticker: 'AAPL', side: 'short', qty: '10', price: '200', time: '10:05' }, 'enter');
    await fill({ ticker: 'AAPL', qty: '10', price: '201', time: '10:25', fee: '1' }, 'exit');

    const overview = answered(await person('alice').command('stats', { period: 'today' }, 'journal'));
    const page = async (name: string) => answered(await person('alice').click(overview, name));
    const description = (message: UiMessage) => message.embeds[0]?.description ?? '';

    expect(isForOne(overview)).toBe(true);
    expect(description(overview)).toContain('**+14.00\u00a0USD** realised in 3 exits');
    expect(description(overview)).toContain('2 trades closed: 1 won, 1 lost');
    expect(description(overview)).toContain('Win rate: N = 2: too few to say');
    expect(description(overview)).toContain('Profit factor 2.27 · a trade brings +7.00\u00a0USD on average');
    expect(description(overview)).toContain('Average +0.3\u00a0R over 1 trade; 1 began without a stop');
    expect(description(overview)).toContain('Max drawdown 61.00 USD');
    expect(overview.embeds[0]?.image?.url).toContain('statistics.png');
    expect(description(await page('Days'))).toContain('1 day with an exit, 1 of them with a gain');
    expect(description(await page('R'))).toContain('**TP1** +75.00\u00a0USD · 1 exit, 1 with a gain');
    expect(description(await page('Tickers'))).toContain(
      '**NVDA** +25.00\u00a0USD · 2 exits, 1 with a gain\n**AAPL** −11.00\u00a0USD',
    );
    const times = await page('Times');
    expect(description(times)).toContain('**Fri** +14.00\u00a0USD · 3 exits');
    expect(description(times)).toContain('**10:00** +14.00\u00a0USD');
  });

  it('has every picture in its place', async () => {
    const overview = answered(await person('alice').command('stats', { period: 'today' }, 'journal'));
    for (const [name, has] of [
      ['Days', true],
      ['R', true],
      ['Tickers', false],
      ['Times', true],
    ] as const) {
      const message = answered(await person('alice').click(overview, name));
      expect(message.embeds[0]?.image !== undefined, name).toBe(has);
      expect(message.attachments.length, 'and no other beside it').toBe(0);
    }
  });
});
