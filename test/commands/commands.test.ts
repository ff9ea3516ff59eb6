import { MessageFlags } from 'discord.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
  expect(desk.discord.unhandledRoutes).toEqual([]);
});

/** What a person got, once it is more than "is thinking…". */
async function answered(seen: Promise<Seen>): Promise<UiMessage> {
  const settled = await seen;
  if (settled.kind !== 'message') throw new Error(`saw ${JSON.stringify(settled)}`);
  return settled.message;
}

function isForOne(message: UiMessage): boolean {
  return Boolean((message.flags ?? 0) & MessageFlags.Ephemeral);
}

async function watchCount(): Promise<number> {
  const { rows } = await database.current.pool.query<{ n: number }>(
    'SELECT ((SELECT count(*) FROM watch_requests) + (SELECT count(*) FROM watch_subscribers) + (SELECT count(*) FROM symbols))::int AS n',
  );
  return rows[0]?.n ?? 0;
}

describe('/watch', () => {
  it('starts a watch, lists it and stops it, for the person alone', async () => {
    const alice = desk.discord.person('alice');

    const added = await answered(
      alice.command(
        'watch',
        {
          ticker: 'spy',
          timeframe: '15m',
          'min-score': 0.6,
          side: 'short',
          detectors: 'breakout_v1, macd_cross_v1',
        },
        'add',
      ),
    );
    const listed = await answered(alice.command('watch', {}, 'list'));
    const removed = await answered(alice.command('watch', { ticker: 'SPY', timeframe: '15m' }, 'remove'));

    expect([added, listed, removed].every(isForOne)).toBe(true);
    expect(added.content).toContain('The desk now watches **SPY 15m**');
    expect(added.content).toContain('short only · breakout and MACD cross · score from 0.6');
    expect(listed.embeds[0]?.description).toContain('**SPY 15m**');
    expect(removed.content).toContain('the desk stops scanning it');
  });

  it('lets a second person join, and goes on for them', async () => {
    const choice = { ticker: 'QQQ', timeframe: '5m' };
    await answered(desk.discord.person('alice').command('watch', choice, 'add'));

    const joined = await answered(desk.discord.person('bob').command('watch', choice, 'add'));
    const again = await answered(desk.discord.person('bob').command('watch', choice, 'add'));
    const left = await answered(desk.discord.person('alice').command('watch', choice, 'remove'));

    expect(joined.content).toContain('You joined the watch of **QQQ 5m**');
    expect(again.content).toContain('You already watch **QQQ 5m**');
    expect(left.content).toContain('Others still watch it');
  });

  it.each([
    [{ ticker: 'NOPE9', timeframe: '5m' }, /NOPE9/],
    [{ ticker: '../../etc', timeframe: '5m' }, /"\.\.\/\.\.\/etc" is not a ticker/],
    [{ ticker: 'A'.repeat(200), timeframe: '5m' }, /"A{24}…" is not a ticker/],
    [{ ticker: 'SPY', timeframe: '5m', detectors: 'magic_v9' }, /There is no detector "magic_v9"/],
  ])('refuses %j in a sentence and writes nothing', async (options, sentence) => {
    const before = await watchCount();

    const message = await answered(desk.discord.person('alice').command('watch', options, 'add'));

    expect(isForOne(message)).toBe(true);
    expect(message.content).toMatch(sentence);
    expect(message.content).not.toContain('Something went wrong');
    expect(await watchCount()).toBe(before);
  });

  it('says so when the person does not watch what they stop', async () => {
    const message = await answered(
      desk.discord.person('bob').command('watch', { ticker: 'IWM', timeframe: '1h' }, 'remove'),
    );

    expect(message.content).toContain('You do not watch IWM 1h');
  });

  it('refuses a person without a role', async () => {
    const before = await watchCount();

    const message = await answered(
      desk.discord.person('dave').command('watch', { ticker: 'SPY', timeframe: '5m' }, 'add'),
    );

    expect(isForOne(message)).toBe(true);
    expect(message.content).toContain(`<@&${desk.discord.roles.trader}>`);
    expect(await watchCount()).toBe(before);
  });

  it('suggests known tickers, and nothing for nonsense', async () => {
    await answered(desk.discord.person('alice').command('watch', { ticker: 'QQQ', timeframe: '5m' }, 'add'));
    const suggest = (ticker: string) =>
      desk.discord.person('alice').autocomplete('watch', 'ticker', { ticker }, 'add');

    expect(await suggest('q')).toMatchObject({ choices: [{ name: 'QQQ', value: 'QQQ' }] });
    expect(await suggest('../../etc')).toMatchObject({ choices: [] });
    expect(await suggest('A'.repeat(200))).toMatchObject({ choices: [] });
  });

  it('completes a list of detectors one by one', async () => {
    const suggest = (detectors: string) =>
      desk.discord.person('alice').autocomplete('watch', 'detectors', { detectors }, 'add');

    expect(await suggest('brea')).toMatchObject({ choices: [{ value: 'breakout_v1' }] });
    expect(await suggest('breakout_v1, mac')).toMatchObject({
      choices: [{ value: 'breakout_v1, macd_cross_v1' }],
    });
  });
});

describe('/signals', () => {
  it('lists the newest signals for the channel, narrowed as asked', async () => {
    await desk.postCard({ score: 0.77 });
    const dave = desk.discord.person('dave');

    const all = await answered(dave.command('signals'));
    const none = await answered(dave.command('signals', { ticker: 'NVDA', side: 'short' }));

    expect(isForOne(all)).toBe(false);
    expect(all.embeds[0]?.description).toMatch(
      /🟢 LONG \*\*NVDA\*\* 5m · 100\.00 · score 0\.77\n-# breakout · /,
    );
    expect(none.embeds[0]?.description).toContain('No signal is stored');
  });

  it.each(['../../etc', 'A'.repeat(200)])('refuses the ticker %s for the person alone', async (ticker) => {
    const message = await answered(desk.discord.person('dave').command('signals', { ticker }));

    expect(isForOne(message)).toBe(true);
    expect(message.content).toContain('is not a ticker');
  });
});

describe('/chart', () => {
  it('draws the newest candles for the channel', async () => {
    const message = await answered(
      desk.discord.person('dave').command('chart', { ticker: 'SPY', timeframe: '5m' }),
    );

    const [file] = message.attachments;
    expect(isForOne(message)).toBe(false);
    expect(message.content).toMatch(/^\*\*SPY 5m\*\* \d+\.\d\d\n-# <t:\d+:R> · \d\d:\d\d ET$/);
    expect(file).toMatchObject({ filename: 'chart.png', content_type: 'image/png' });
    expect(file?.description).toContain('Candles of SPY 5m');
    const png = Buffer.from(await (await fetch(String(file?.url))).arrayBuffer());
    expect(png.subarray(1, 4).toString()).toBe('PNG');
  });

  it('draws around a signal that is picked as one types, with its levels', async () => {
    await desk.postCard({ side: 'short' });
    const dave = desk.discord.person('dave');
    const asked = { ticker: 'NVDA', timeframe: '5m', signal: 'short' };
    const suggested = await dave.autocomplete('chart', 'signal', asked);
    if (suggested.kind !== 'autocomplete') throw new Error(`saw ${JSON.stringify(suggested)}`);
    const [choice] = suggested.choices;

    const message = await answered(dave.command('chart', { ...asked, signal: String(choice?.value) }));
    const other = await answered(
      dave.command('chart', { ...asked, ticker: 'SPY', signal: String(choice?.value) }),
    );
    const none = await answered(dave.command('chart', { ...asked, signal: '999999' }));

    expect(choice?.name).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d short NVDA 5m at \d+\.\d\d, \w+/);
    expect(message.content).toMatch(/SHORT at \d+\.\d\d · \w+\n-# signal <t:\d+:R>/);
    expect(message.attachments[0]?.filename).toBe('chart.png');
    expect(other.content).toBe('That signal is of NVDA 5m, not of SPY 5m. Pick another.');
    expect(none.content).toBe('There is no such signal. Pick one of those suggested as you type.');
  });

  it('refuses an unknown ticker for the person alone', async () => {
    const message = await answered(
      desk.discord.person('dave').command('chart', { ticker: 'NOPE9', timeframe: '5m' }),
    );

    expect(isForOne(message)).toBe(true);
    expect(message.content).toContain('NOPE9');
  });
});

describe('/stats detectors', () => {
  it('says so while nothing is labelled', async () => {
    const message = await answered(desk.discord.person('dave').command('stats', {}, 'detectors'));

    expect(message.embeds[0]?.title).toContain('within 20 candles');
    expect(message.embeds[0]?.description).toContain('No outcome is known');
  });
});

describe('/label-run', () => {
  it('labels for an administrator and says what came of it', async () => {
    const message = await answered(
      desk.discord.person('carol').command('label-run', { from: '2026-11-01', to: '2026-11-30' }),
    );

    expect(isForOne(message)).toBe(true);
    expect(message.content).toMatch(/^Labelled \d+ series: [\d,]+ new outcomes/);
  });

  it('says in a dry run what it would write', async () => {
    const message = await answered(
      desk.discord.person('carol').command('label-run', { version: 2, dry_run: true }),
    );

    expect(isForOne(message)).toBe(true);
    expect(message.content).toContain('Nothing was written. A labelling would take up');
  });

  it.each(['2026-02-30', 'yesterday', '../../etc'])('refuses the day %s', async (from) => {
    const message = await answered(desk.discord.person('carol').command('label-run', { from }));

    expect(message.content).toContain('is not a day');
  });

  it('is not offered to a trader', async () => {
    await expect(desk.discord.person('alice').command('label-run')).rejects.toThrow();
  });
});

describe('/status', () => {
  it('says to the person how the desk is doing', async () => {
    const message = await answered(desk.discord.person('dave').command('status'));

    const [embed] = message.embeds;
    expect(isForOne(message)).toBe(true);
    expect(embed?.description).toContain('Sandbox: prices are not the live market.');
    expect(embed?.fields?.map(({ name }) => name)).toEqual(['Database', 'Runs', 'Cards', 'History', 'Data']);
  });
});

describe('/help', () => {
  it('lists what this person may use and nothing else', async () => {
    const help = async (who: 'alice' | 'carol' | 'dave') =>
      (await answered(desk.discord.person(who).command('help'))).embeds
        .map(({ description }) => description)
        .join('\n');

    expect(await help('alice')).toContain('/watch add');
    expect(await help('alice')).not.toContain('/label-run');
    expect(await help('carol')).toContain('/label-run');
    expect(await help('dave')).not.toMatch(/\/watch|\/label-run|\*\*Enter\*\*/);
    expect(await help('dave')).toContain('/signals');
  });
});
