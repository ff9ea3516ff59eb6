import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tendCards } from '../../src/app/cards/tend-cards.ts';
import { createSimulatedPrices } from '../../src/sandbox/yahoo/simulated-prices.ts';
import { aSession, at } from '../support/builders.ts';
import { type Browser, findChromium, launchChromium } from '../support/chromium.ts';
import { startTestDesk, type TestDesk } from '../support/desk.ts';
import { type DeskPage, deskPage } from '../support/desk-page.ts';
import { shoot } from '../support/screenshots.ts';

const binary = findChromium();
const TICKERS = ['SPY', 'NVDA', 'TSLA', 'AAPL'] as const;
/** 09:00 in New York on a Friday of the simulated market, before a day of cards. */
const SESSION = aSession('2026-06-12');
const START = at('2026-06-12T13:00:00Z');

describe.skipIf(binary === null)('the first day of a desk, on a phone (needs Chromium)', () => {
  let desk: TestDesk;
  let browser: Browser;
  let page: Page;
  let see: DeskPage;

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
    see = deskPage(page, desk.discord);
  });
  afterEach(async () => {
    const overflow = await see.overflow();
    await page.close();
    expect(overflow, 'nothing is cut at the width of a phone').toBe(0);
  });

  const rows = async (sql: string) => (await desk.database.pool.query(sql)).rows;
  /** An open card that nobody has decided: one candle posts several, in any order. */
  const undecidedCard = async (): Promise<Locator> => {
    const [{ message_id: id } = {}] =
      await rows(`SELECT message_id FROM cards c WHERE kind = 'signal' AND state = 'sent' AND expired_by IS NULL
      AND NOT EXISTS (SELECT 1 FROM alerts a JOIN decisions d USING (signal_id) WHERE a.card_id = c.id)
      ORDER BY symbol_id LIMIT 1`);
    return see.posted(id);
  };
  const tend = () => tendCards(desk.bot().desk, { scanned: true });

  it('an administrator sets it up: permissions are checked, a test card comes', async () => {
    await see.visit('carol');
    await see.command('/setup');
    const panel = see.whisper('What you choose is kept at once');
    await panel.waitFor();
    await panel.getByText('Roles that may trade', { exact: true }).click();
    const traders = panel.getByRole('group', { name: 'Roles that may trade' });
    expect(await traders.getByLabel('Trader', { exact: true }).isChecked(), 'the role in force').toBe(true);
    await shoot(page, 'setup-roles');

    await see.button(panel, 'Post a test card').click();

    await see.whisper('The test card').waitFor();
    await shoot(page, 'setup-panel');
    await see.visit('carol', 'alerts');
    await see.message('🧪 Test card').waitFor();
    await shoot(page, 'setup-test-card');
  });

  it('a trader learns how to begin', async () => {
    await see.visit('alice');
    await see.command('/help');
    await see.whisper('Your first day').waitFor();
    await shoot(page, 'help');
    await see.command('/risk set', { usd: '100' });
    await see.whisper('You risk 100.00 USD a trade').waitFor();
    await see.command('/watch add', { ticker: 'NVDA', timeframe: '15m' });
    await see.whisper(/Cards come about \d+ s after each 15m close/).waitFor();
    await shoot(page, 'watch-added');
  });

  it('the morning digest comes once, also after a restart', async () => {
    await tend();
    await desk.restart();
    await tend();

    await see.visit('alice');
    await see.message('🌅 Friday 12 June').waitFor();

    expect(await page.getByRole('article').filter({ hasText: '🌅' }).count()).toBe(1);
    await shoot(page, 'digest-morning');
  });

  it('a card is entered with a working limit, and filled by its button', async () => {
    await desk.stepUntilCard('5m');
    await see.visit('alice', 'alerts');
    const card = await undecidedCard();
    await see.button(card, 'Enter').click();
    const form = page.getByRole('dialog', { name: /^Enter/ });
    await form.getByLabel('Working limit').check();
    await form.getByLabel('Price').fill('oops');
    await shoot(page, 'entry-form');
    await see.button(form, 'Submit').click();
    await see.button(see.whisper('is not a number'), 'Fix it').click();
    const again = page.getByRole('dialog', { name: /^Enter/ });
    expect(await again.getByLabel('Price').inputValue()).toBe('oops');
    expect(await again.getByLabel('Working limit').isChecked()).toBe(true);
    const stop = Number(await again.getByLabel('Stop').inputValue());
    const isLong = (await again.textContent())?.includes('long') ?? false;
    await again.getByLabel('Price').fill((isLong ? stop + 1 : stop - 1).toFixed(2));
    await see.button(again, 'Submit').click();
    const receipt = see.whisper('Working:');
    await receipt.waitFor();
    await shoot(page, 'working-order');
    await see.button(receipt, 'Filled').click();
    await see.button(page.getByRole('dialog', { name: /^Filled/ }), 'Submit').click();
    await see.whisper('Journalled as a fill of order').waitFor();

    expect(await rows(`SELECT status, (SELECT count(*)::int FROM executions) AS fills FROM orders`)).toEqual([
      { status: 'filled', fills: 1 },
    ]);
  });

  it('a card is ignored with a reason in one more tap', async () => {
    await desk.stepUntilCard('5m');
    await see.visit('bob', 'alerts');
    const card = await undecidedCard();
    await see.button(card, 'Ignore').click();
    await see.button(card, 'Extended').scrollIntoViewIfNeeded();
    await shoot(page, 'ignore-reasons');
    await see.button(card, 'Extended').click();

    await see.message('ignored it (extended)').waitFor();
    await expect.poll(() => see.button(card, 'Extended').count()).toBe(0);
    await shoot(page, 'ignored');
  });

  it('/why shows each condition', async () => {
    await see.visit('bob');
    await see.command('/why', { ticker: 'NVDA', timeframe: '5m' });
    await see.whisper('Why NVDA 5m').waitFor();
    await shoot(page, 'why');
  });

  it('the evening digest sums the day and the week, with the figures of SQL', async () => {
    desk.setNow(SESSION.close + 15 * 60_000);
    await tend();

    await see.visit('alice');
    const digest = see.message('🌆 Friday 12 June');
    await digest.waitFor();
    await shoot(page, 'digest-evening');
    const [{ signals, sent } = {}] = await rows(`SELECT (SELECT count(*)::int FROM signals) AS signals,
      (SELECT count(*)::int FROM cards WHERE state = 'sent' AND kind = 'signal') AS sent`);
    expect(await digest.textContent()).toContain(`${signals} signal`);
    expect(await digest.textContent()).toContain(`Decided: 2 of ${sent}, 1 entered`);
    expect(await digest.textContent()).toContain('The week since Monday 8 June');
  });
});
