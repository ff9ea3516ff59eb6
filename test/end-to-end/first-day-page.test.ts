import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tendCards } from '../../src/app/tend-cards.ts';
import type { LocalDiscord } from '../../src/sandbox/discord/server.ts';
import { createSimulatedPrices } from '../../src/sandbox/yahoo/simulated-prices.ts';
import { aSession, at } from '../support/builders.ts';
import { type Browser, findChromium, launchChromium } from '../support/chromium.ts';
import { startTestDesk, type TestDesk } from '../support/desk.ts';
import { shoot } from '../support/screenshots.ts';

const binary = findChromium();
const TICKERS = ['SPY', 'NVDA', 'TSLA', 'AAPL'] as const;
const PHONE = { width: 390, height: 844 };
/** 09:00 in New York on a Friday of the simulated market, before a day of cards. */
const SESSION = aSession('2026-06-12');
const START = at('2026-06-12T13:00:00Z');

describe.skipIf(binary === null)('the first day of a desk, on a phone (needs Chromium)', () => {
  let desk: TestDesk;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    desk = await startTestDesk({ prices: createSimulatedPrices(3), start: START });
    for (const ticker of TICKERS) await desk.watch(ticker, '5m');
    browser = await launchChromium(binary ?? '');
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await desk?.close();
  });
  beforeEach(async () => {
    page = await browser.context.newPage();
    page.setDefaultTimeout(15_000);
  });
  afterEach(async () => {
    const overflow = await page.getByRole('log').evaluate((log) => log.scrollWidth - log.clientWidth);
    await page.close();
    expect(overflow, 'nothing is cut at the width of a phone').toBe(0);
  });

  const rows = async (sql: string) => (await desk.database.pool.query(sql)).rows;
  const visit = async (
    person: keyof LocalDiscord['people'],
    channel: keyof LocalDiscord['channels'] = 'desk',
  ): Promise<void> => {
    const { url, people, channels } = desk.discord;
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto(`${url}/?user=${people[person]}#${channels[channel]}`);
    await page.getByRole('heading', { name: channel, level: 1 }).waitFor();
    await page.setViewportSize(PHONE);
  };
  const button = (within: Page | Locator, name: string): Locator =>
    within.getByRole('button', { name, exact: true });
  const command = async (path: string, options: Readonly<Record<string, string>> = {}): Promise<void> => {
    await page.getByRole('combobox', { name: 'Command' }).fill(`${path} `);
    const form = page.getByRole('form', { name: path });
    for (const [name, value] of Object.entries(options)) {
      const field = form.getByLabel(name);
      const isMenu = (await field.evaluate(({ tagName }) => tagName)) === 'SELECT';
      if (isMenu) await field.selectOption(value);
      else await field.fill(value);
    }
    await button(form, 'Send').click();
  };
  const message = (text: string | RegExp): Locator =>
    page.getByRole('article').filter({ hasText: text }).last();
  const whisper = (text: string | RegExp): Locator =>
    page.getByRole('article').filter({ hasText: text }).filter({ hasText: 'Only you can see this' }).last();
  /** An open card that nobody has decided: one candle posts several, in any order. */
  const undecidedCard = async (): Promise<Locator> => {
    const [{ message_id: id } = {}] =
      await rows(`SELECT message_id FROM cards c WHERE kind = 'signal' AND state = 'sent' AND expired_by IS NULL
      AND NOT EXISTS (SELECT 1 FROM alerts a JOIN decisions d USING (signal_id) WHERE a.card_id = c.id)
      ORDER BY symbol_id LIMIT 1`);
    return page.locator(`[data-message-id="${id}"]`);
  };
  const tend = () => tendCards(desk.bot().desk, { scanned: true });

  it('an administrator sets it up: permissions are checked, a test card comes', async () => {
    await visit('carol');
    await command('/setup');
    const panel = whisper('What you choose is kept at once');
    await panel.waitFor();

    await button(panel, 'Post a test card').click();

    await whisper('The test card').waitFor();
    await shoot(page, 'setup-panel');
    await visit('carol', 'alerts');
    await message('🧪 Test card').waitFor();
    await shoot(page, 'setup-test-card');
  });

  it('a trader learns how to begin', async () => {
    await visit('alice');
    await command('/help');
    await whisper('Your first day').waitFor();
    await shoot(page, 'help');
    await command('/risk set', { usd: '100' });
    await whisper('You risk 100.00 USD a trade').waitFor();
    await command('/watch add', { ticker: 'NVDA', timeframe: '15m' });
    await whisper(/Cards come about \d+ s after each 15m close/).waitFor();
    await shoot(page, 'watch-added');
  });

  it('the morning digest comes once, also after a restart', async () => {
    await tend();
    await desk.restart();
    await tend();

    await visit('alice');
    await message('🌅 Friday 12 June').waitFor();

    expect(await page.getByRole('article').filter({ hasText: '🌅' }).count()).toBe(1);
    await shoot(page, 'digest-morning');
  });

  it('a card is entered with a working limit, and filled by its button', async () => {
    await desk.stepUntilCard('5m');
    await visit('alice', 'alerts');
    const card = await undecidedCard();
    await button(card, 'Enter').click();
    const form = page.getByRole('dialog', { name: /^Enter/ });
    await form.getByLabel('Working limit').check();
    await form.getByLabel('Price').fill('oops');
    await shoot(page, 'entry-form');
    await button(form, 'Submit').click();
    await button(whisper('is not a number'), 'Fix it').click();
    const again = page.getByRole('dialog', { name: /^Enter/ });
    expect(await again.getByLabel('Price').inputValue()).toBe('oops');
    expect(await again.getByLabel('Working limit').isChecked()).toBe(true);
    const stop = Number(await again.getByLabel('Stop').inputValue());
    const isLong = (await again.textContent())?.includes('long') ?? false;
    await again.getByLabel('Price').fill((isLong ? stop + 1 : stop - 1).toFixed(2));
    await button(again, 'Submit').click();
    const receipt = whisper('Working:');
    await receipt.waitFor();
    await shoot(page, 'working-order');
    await button(receipt, 'Filled').click();
    await button(page.getByRole('dialog', { name: /^Filled/ }), 'Submit').click();
    await whisper('Journalled as a fill of order').waitFor();

    expect(await rows(`SELECT status, (SELECT count(*)::int FROM executions) AS fills FROM orders`)).toEqual([
      { status: 'filled', fills: 1 },
    ]);
  });

  it('a card is ignored with a reason in one more tap', async () => {
    await desk.stepUntilCard('5m');
    await visit('bob', 'alerts');
    const card = await undecidedCard();
    await button(card, 'Ignore').click();
    await button(card, 'Extended').scrollIntoViewIfNeeded();
    await shoot(page, 'ignore-reasons');
    await button(card, 'Extended').click();

    await message('ignored it (extended)').waitFor();
    await expect.poll(() => button(card, 'Extended').count()).toBe(0);
    await shoot(page, 'ignored');
  });

  it('/why shows each condition', async () => {
    await visit('bob');
    await command('/why', { ticker: 'NVDA', timeframe: '5m' });
    await whisper('Why NVDA 5m').waitFor();
    await shoot(page, 'why');
  });

  it('the evening digest sums the day and the week, with the figures of SQL', async () => {
    desk.setNow(SESSION.close + 15 * 60_000);
    await tend();

    await visit('alice');
    const digest = message('🌆 Friday 12 June');
    await digest.waitFor();
    await shoot(page, 'digest-evening');
    const [{ signals, sent } = {}] = await rows(`SELECT (SELECT count(*)::int FROM signals) AS signals,
      (SELECT count(*)::int FROM cards WHERE state = 'sent' AND kind = 'signal') AS sent`);
    expect(await digest.textContent()).toContain(`${signals} signal`);
    expect(await digest.textContent()).toContain(`Decided: 2 of ${sent}, 1 entered`);
    expect(await digest.textContent()).toContain('The week since Monday 8 June');
  });
});
