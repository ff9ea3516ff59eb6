import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LocalDiscord } from '../../src/sandbox/discord/server.ts';
import { nextMoment } from '../../src/sandbox/next-moment.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { createSimulatedPrices } from '../../src/sandbox/yahoo/simulated-prices.ts';
import { at } from '../support/builders.ts';
import { type Browser, findChromium, launchChromium } from '../support/chromium.ts';
import { recordingLog } from '../support/recording-log.ts';
import { makeFolder, NOWHERE, writeRecording } from '../support/sandbox.ts';

const binary = findChromium();
const TICKERS = ['SPY', 'NVDA', 'TSLA', 'AAPL'];
/** Eight sessions, of which four are played. */
const RECORDED = { from: at('2026-05-26T13:30:00Z'), to: at('2026-06-04T20:00:00Z') };
/** End of the second day that is played. */
const NEXT_CLOSE = at('2026-06-02T20:00:00Z');

describe.skipIf(binary === null)('the sandbox, clicked in a browser (needs Chromium)', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let sandbox: Sandbox;
  let playing: Promise<void>;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  const log = recordingLog();

  beforeAll(async () => {
    folder = await makeFolder();
    const prices = createSimulatedPrices(1);
    for (const ticker of TICKERS) {
      const candles = prices.candles(ticker, '5m', RECORDED.from, RECORDED.to);
      writeRecording(folder.path, { ticker, timeframe: '5m' }, candles);
    }
    sandbox = await startSandbox({
      dataDir: folder.path,
      speed: 'max',
      seed: 1,
      yahooUrl: NOWHERE,
      port: 0,
      dataHome: folder.path,
      log,
    });
    browser = await launchChromium(binary ?? '');
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await sandbox?.close();
    await playing;
    await folder?.remove();
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
  beforeEach(async () => {
    complaints = [];
    page = await browser.context.newPage();
    page.setDefaultTimeout(10_000);
    page.on('console', (line) => {
      if (line.type() === 'error' || line.type() === 'warning') complaints.push(line.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (origin !== sandbox.url && protocol !== 'data:') complaints.push(`asked ${request.url()}`);
    });
  });
  afterEach(async () => {
    await page.close();
    expect(complaints, 'no console error, no request elsewhere').toEqual([]);
  });

  const visit = async (
    person: keyof LocalDiscord['people'],
    channel: keyof LocalDiscord['channels'] = 'alerts',
  ): Promise<void> => {
    const { people, channels } = sandbox.discord;
    await page.goto(`${sandbox.url}/?user=${people[person]}#${channels[channel]}`);
    await page.getByRole('heading', { name: channel, level: 1 }).waitFor();
  };
  /** Switches the person, and waits until the page is theirs. */
  const become = async (person: keyof LocalDiscord['people'], shown: string): Promise<void> => {
    await page.getByRole('combobox', { name: 'You are' }).selectOption({ label: shown });
    await expect.poll(() => page.url()).toContain(sandbox.discord.people[person]);
  };
  const button = (within: Page | Locator, name: string): Locator =>
    within.getByRole('button', { name, exact: true });
  const clock = () => page.getByRole('group', { name: 'Replay clock' });
  /** The market's time on the page, to the minute. */
  const marketTime = async () => {
    const shown = Date.parse((await clock().locator('time').getAttribute('datetime')) ?? '');
    return shown - (shown % 60_000);
  };
  /** Every card, oldest first: each can be ignored, however old it is. */
  const cards = () => page.getByRole('article').filter({ has: button(page, 'Ignore') });
  /** The newest card that can still be entered. */
  const fresh = () =>
    page
      .getByRole('article')
      .filter({ has: button(page, 'Enter') })
      .last();
  /** What only this person sees, newest last. */
  const whisper = (text: string | RegExp): Locator =>
    page.getByRole('article').filter({ hasText: text }).filter({ hasText: 'Only you can see this' }).last();
  const rows = async (sql: string, values: unknown[] = []) =>
    (await sandbox.database.pool.query(sql, values)).rows;
  const decisionsOf = async (person: keyof LocalDiscord['people']) =>
    rows('SELECT DISTINCT card_id::int AS card, action FROM decisions WHERE decided_by = $1 ORDER BY 1', [
      sandbox.discord.people[person],
    ]);

  /** Fills in a slash command and sends it. */
  async function command(path: string, options: Readonly<Record<string, string>> = {}): Promise<void> {
    await page.getByRole('combobox', { name: 'Command' }).fill(`${path} `);
    const form = page.getByRole('form', { name: path });
    for (const [name, value] of Object.entries(options)) {
      const field = form.getByLabel(name);
      if ((await field.evaluate(({ tagName }) => tagName)) === 'SELECT') await field.selectOption(value);
      else await field.fill(value);
    }
    await button(form, 'Send').click();
  }
  /** The newest answer to a command. */
  const answer = (person: string, path: string): Locator =>
    page
      .getByRole('article')
      .filter({ hasText: `${person} used ${path}` })
      .last();

  it('posts a card with its picture while the market runs, and stops it with Pause', async () => {
    await visit('alice');

    playing = sandbox.play();
    const card = cards().first();
    await card.waitFor();
    const picture = card.getByRole('img').first();
    await picture.scrollIntoViewIfNeeded();
    await expect
      .poll(() => picture.evaluate((img: { naturalWidth: number }) => img.naturalWidth))
      .toBeGreaterThan(700);
    await cards().nth(3).waitFor({ timeout: 60_000 });
    await button(clock(), 'Pause').click();
    await clock().getByText('paused').waitFor();

    expect(await card.textContent()).toMatch(
      /(LONG|SHORT) (SPY|NVDA|TSLA|AAPL) 5m · \d+\.\d\d · .+ · score [01]\.\d\d/,
    );
    expect(await page.getByRole('note').textContent()).toContain('Prices are recordings from');
  }, 90_000);

  it('goes on by one moment with each Step', async () => {
    await visit('alice');

    do {
      const before = await marketTime();
      await button(clock(), 'Step').click();
      await expect.poll(marketTime).toBe(nextMoment('5m', before));
    } while ((await fresh().count()) === 0);
  }, 60_000);

  it.each([
    ['a negative quantity', { Quantity: '-5' }, /The quantity must be more than 0, not "-5"/],
    ['a word for a price', { Quantity: '100', Price: 'abc' }, /The price "abc" is not a number/],
  ])('says in a sentence what is wrong with %s, and writes nothing', async (_, typed, sentence) => {
    await visit('alice');

    await button(fresh(), 'Enter').click();
    const form = page.getByRole('dialog', { name: /^Enter (SPY|NVDA|TSLA|AAPL) 5m/ });
    for (const [name, value] of Object.entries(typed)) await form.getByRole('textbox', { name }).fill(value);
    await button(form, 'Submit').click();

    await whisper(sentence).waitFor();
    expect(await rows('SELECT FROM decisions UNION ALL SELECT FROM orders')).toHaveLength(0);
  });

  it('journals what Alice really did: decision, order and execution', async () => {
    await visit('alice');
    const id = await fresh().getAttribute('data-message-id');
    const card = page.locator(`article[data-message-id="${id}"]`);
    const isLong = (await card.textContent())?.includes('LONG') ?? false;

    await button(card, 'Enter').click();
    const form = page.getByRole('dialog', { name: /^Enter/ });
    await form.getByRole('textbox', { name: 'Quantity' }).fill('1,200');
    await form.getByRole('textbox', { name: 'Price' }).fill('187.42');
    await form.getByRole('textbox', { name: 'Fee' }).fill('1.25');
    await form.getByRole('textbox', { name: 'Stop' }).fill('');
    await button(form, 'Submit').click();
    await whisper(/1,200 (SPY|NVDA|TSLA|AAPL) at 187\.42/).waitFor();
    await card.getByText('entered').waitFor();

    const { alice } = sandbox.discord.people;
    expect(await decisionsOf('alice')).toMatchObject([{ action: 'enter' }]);
    expect(await rows('SELECT trader_id, side, qty FROM orders')).toEqual([
      { trader_id: alice, side: isLong ? 'buy' : 'short', qty: '1200' },
    ]);
    expect(await rows('SELECT qty, price, fee, tag FROM executions')).toEqual([
      { qty: '1200', price: '187.420000', fee: '1.250000', tag: 'ENTRY' },
    ]);
    expect(await card.textContent(), 'never how much').not.toContain('1,200');
  });

  it('lets Bob ignore, watch and snooze, each seen on its card', async () => {
    await visit('alice');

    await become('bob', 'Bob · Trader');
    for (const [index, name, seen] of [
      [0, 'Ignore', 'ignored it'],
      [1, 'Watch', 'watches it'],
      [2, 'Snooze', 'snoozed it'],
    ] as const) {
      await button(cards().nth(index), name).click();
      await cards().nth(index).getByText(seen).waitFor();
    }

    const decided = await decisionsOf('bob');
    expect(decided.map(({ action }) => action)).toEqual(['ignore', 'watch', 'snooze']);
  });

  it('writes nothing for the same click again, and says when the first was', async () => {
    await visit('bob');
    const before = await rows('SELECT FROM decisions');

    await button(cards().first(), 'Ignore').click();

    await whisper('You already ignored this').waitFor();
    expect(await rows('SELECT FROM decisions')).toHaveLength(before.length);
  });

  it('refuses Dave, and tells him whom to be', async () => {
    await visit('alice');
    const before = await rows('SELECT FROM decisions');

    await become('dave', 'Dave · Outsider');
    await button(cards().nth(1), 'Watch').click();

    await whisper('This needs the role @Trader, which you do not have').waitFor();
    expect(await rows('SELECT FROM decisions')).toHaveLength(before.length);
    expect(await rows(`SELECT actor, target FROM audit_log WHERE action = 'refused'`)).toEqual([
      { actor: sandbox.discord.people.dave, target: 'card:watch' },
    ]);
  });

  it('adds a watch with a suggested ticker, lists it and takes it away', async () => {
    await visit('alice', 'desk');

    await page.getByRole('combobox', { name: 'Command' }).fill('/watch add ');
    const form = page.getByRole('form', { name: '/watch add' });
    await form.getByRole('combobox', { name: 'ticker' }).pressSequentially('nv');
    await page.getByRole('option', { name: 'NVDA' }).click();
    await form.getByRole('combobox', { name: 'timeframe' }).selectOption('15m');
    await button(form, 'Send').click();
    await whisper(/The desk now watches NVDA 15m/).waitFor();
    await command('/watch list');
    await answer('Alice', '/watch list')
      .filter({ hasText: /NVDA.*15m/ })
      .waitFor();
    await command('/watch remove', { ticker: 'NVDA', timeframe: '15m' });
    await whisper(/You no longer watch NVDA 15m/).waitFor();

    const watches = `SELECT active FROM watch_requests WHERE timeframe = '15m'`;
    expect(await rows(watches)).toEqual([{ active: false }]);
  });

  it.each([
    ['an unknown ticker', 'NOPE9', /NOPE9/],
    ['a path', '../../etc', /"\.\.\/\.\.\/etc" is not a ticker/],
    ['200 letters', 'A'.repeat(200), /"A{24}…" is not a ticker/],
  ])('refuses to watch %s in a sentence', async (_, ticker, sentence) => {
    await visit('alice', 'desk');
    const before = await rows('SELECT FROM watch_requests');

    await command('/watch add', { ticker, timeframe: '5m' });

    const said = whisper(sentence);
    await said.waitFor();
    expect(await said.textContent()).not.toContain('went wrong');
    expect(await rows('SELECT FROM watch_requests')).toHaveLength(before.length);
  });

  it('shows signals and a chart to the channel, status and help to the person', async () => {
    await visit('alice', 'desk');

    await command('/signals');
    await answer('Alice', '/signals')
      .getByText(/(LONG|SHORT)/)
      .first()
      .waitFor();
    await command('/chart', { ticker: 'TSLA', timeframe: '15m' });
    const chart = answer('Alice', '/chart').getByRole('img', { name: /Candles of TSLA 15m/ });
    await expect
      .poll(() => chart.evaluate((img: { naturalWidth: number }) => img.naturalWidth))
      .toBeGreaterThan(700);
    await command('/status');
    await whisper('prices are not the live market').waitFor();
    await command('/help');
    await whisper('/watch add').waitFor();
    await become('bob', 'Bob · Trader');

    await answer('Alice', '/signals').waitFor();
    expect(
      await page.getByRole('article').filter({ hasText: 'prices are not the live market' }).count(),
    ).toBe(0);
  });

  it('plays on through the next day, and posts every card', async () => {
    await visit('alice');

    await button(clock(), 'Resume').click();
    await expect.poll(marketTime, { timeout: 100_000 }).toBeGreaterThan(NEXT_CLOSE);
    await button(clock(), 'Pause').click();
    await clock().getByText('paused').waitFor();

    const undelivered = `SELECT id, state, last_error FROM cards WHERE state NOT IN ('sent', 'suppressed')`;
    await expect.poll(() => rows(undelivered)).toEqual([]);
  }, 120_000);

  it('labels for Carol and shows what came of the signals', async () => {
    await visit('alice', 'desk');

    await become('carol', 'Carol · Administrator');
    await command('/label-run');
    await whisper(/^.*Labelled \d+ series/).waitFor();
    await command('/stats detectors');
    const stats = answer('Carol', '/stats detectors');
    await stats
      .getByText(/breakout|MACD cross|VWAP reclaim|RSI reversal|Bollinger squeeze/)
      .first()
      .waitFor();

    const outcomes = await rows('SELECT DISTINCT horizon_bars::int AS bars FROM outcomes ORDER BY 1');
    expect(outcomes.map(({ bars }) => bars)).toEqual(expect.arrayContaining([5, 15, 20, 60]));
  });
});
