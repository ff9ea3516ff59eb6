import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LocalDiscord } from '../../src/sandbox/discord/server.ts';
import { createSimulatedPrices } from '../../src/sandbox/yahoo/simulated-prices.ts';
import { at } from '../support/builders.ts';
import { type Browser, findChromium, launchChromium } from '../support/chromium.ts';
import { startTestDesk, type TestDesk } from '../support/desk.ts';
import { shoot } from '../support/screenshots.ts';

const binary = findChromium();
const TICKERS = ['SPY', 'NVDA', 'TSLA', 'AAPL'] as const;
const PHONE = { width: 390, height: 844 };
/** 09:55 New York on a Wednesday of the simulated market. */
const START = at('2026-06-10T13:55:00Z');
const CLOSE = at('2026-06-10T20:00:00Z');

describe.skipIf(binary === null)('a day of trading by two people, in a browser (needs Chromium)', () => {
  let desk: TestDesk;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

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
    complaints = [];
    page = await browser.context.newPage();
    page.setDefaultTimeout(10_000);
    page.on('console', (line) => {
      if (line.type() === 'error' || line.type() === 'warning') complaints.push(line.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
  });
  afterEach(async () => {
    await page.close();
    expect(complaints, 'no console error').toEqual([]);
  });

  const rows = async (sql: string, values: unknown[] = []) =>
    (await desk.database.pool.query(sql, values)).rows;
  const visit = async (
    person: keyof LocalDiscord['people'],
    channel: keyof LocalDiscord['channels'] = 'desk',
  ): Promise<void> => {
    const { url, people, channels } = desk.discord;
    await page.goto(`${url}/?user=${people[person]}#${channels[channel]}`);
    await page.getByRole('heading', { name: channel, level: 1 }).waitFor();
  };
  const button = (within: Page | Locator, name: string | RegExp): Locator =>
    within.getByRole('button', { name, exact: true });
  /** Fills in a slash command and sends it. */
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
  /** The newest message with these words. */
  const message = (text: string | RegExp): Locator =>
    page.getByRole('article').filter({ hasText: text }).last();
  const whisper = (text: string | RegExp): Locator =>
    page.getByRole('article').filter({ hasText: text }).filter({ hasText: 'Only you can see this' }).last();
  const submit = async (title: string | RegExp, fields: Readonly<Record<string, string>>): Promise<void> => {
    const dialog = page.getByRole('dialog', { name: title });
    for (const [name, value] of Object.entries(fields)) {
      const field = dialog.getByLabel(name, { exact: false }).first();
      const isMenu = (await field.evaluate(({ tagName }) => tagName)) === 'SELECT';
      if (isMenu) await field.selectOption(value);
      else await field.fill(value);
    }
    await shoot(
      page,
      `form-${(await dialog.getByRole('heading').first().textContent())?.replaceAll(/\W+/g, '-')}`,
    );
    await button(dialog, 'Submit').click();
  };
  /** The picture of a message, once it is there. */
  const picture = async (within: Locator): Promise<Locator> => {
    const image = within.getByRole('img').last();
    await image.scrollIntoViewIfNeeded();
    await expect.poll(() => image.evaluate((img: { naturalWidth: number }) => img.naturalWidth)).toBe(1000);
    return image;
  };
  const lastClose = async (ticker: string): Promise<number> =>
    Number(
      (
        await rows(
          `SELECT close FROM candles c JOIN symbols s ON s.id = c.symbol_id WHERE s.ticker = $1 AND timeframe = '5m' ORDER BY ts DESC LIMIT 1`,
          [ticker],
        )
      )[0]?.close,
    );
  const play = async (candles: number): Promise<void> => {
    for (let n = 0; n < candles; n += 1) await desk.step('5m');
  };
  const overflow = () => page.getByRole('log').evaluate((log) => log.scrollWidth - log.clientWidth);

  it('Alice enters from a card, Bob ignores it, and both see who did what', async () => {
    await desk.stepUntilCard('5m');
    await visit('alice', 'alerts');
    const card = page
      .getByRole('article')
      .filter({ has: button(page, 'Enter') })
      .last();
    await card.waitFor();
    const words = (await card.textContent()) ?? '';
    const [, ticker = ''] = /(?:LONG|SHORT) (\w+) 5m/.exec(words) ?? [];
    const close = await lastClose(ticker);
    await button(card, 'Enter').click();
    await submit(/^Enter/, { Quantity: '100', Price: close.toFixed(2), Fee: '1.00' });
    await whisper(new RegExp(`100 ${ticker} at`)).waitFor();

    await visit('bob', 'alerts');
    await button(
      page
        .getByRole('article')
        .filter({ has: button(page, 'Ignore') })
        .last(),
      'Ignore',
    ).click();
    await message('ignored it').waitFor();

    expect(await rows(`SELECT DISTINCT decided_by, action FROM decisions ORDER BY action`)).toEqual([
      { decided_by: desk.discord.people.alice, action: 'enter' },
      { decided_by: desk.discord.people.bob, action: 'ignore' },
    ]);
  }, 60_000);

  it('Alice sees her position on a phone and gets out of half of it by thumb', async () => {
    await play(3);
    await visit('alice');
    await page.setViewportSize(PHONE);
    await command('/positions');
    const panel = message('Open positions');
    await panel.getByText(/last \d+\.\d\d/).waitFor();
    await shoot(page, 'positions-phone');

    await button(panel, /^Exit half/).click();
    const half = page.getByRole('dialog', { name: /^Exit/ });
    expect(await half.getByLabel('Quantity', { exact: false }).first().inputValue()).toBe('50');
    const [held] = await rows(
      `SELECT s.ticker FROM ledger_positions p JOIN symbols s ON s.id = p.symbol_id WHERE p.closed_at IS NULL`,
    );
    await submit(/^Exit/, { Price: (await lastClose(held?.ticker)).toFixed(2), Tag: 'TP1' });
    await whisper(/Realised/).waitFor();
    await shoot(page, 'exit-half-phone');

    expect(await overflow(), 'nothing is cut at phone width').toBe(0);
    expect(await panel.textContent()).toContain('50 ');
    expect(await rows(`SELECT qty_open::text FROM ledger_positions WHERE closed_at IS NULL`)).toEqual([
      { qty_open: '50' },
    ]);
  }, 60_000);

  it('moves the stop, is told when it cannot stand there, and closes the rest', async () => {
    await visit('alice');
    await command('/positions');
    const panel = page
      .getByRole('article')
      .filter({ has: button(page, 'Move stop') })
      .last();
    await button(panel, 'Move stop').click();
    await submit(/^Move the stop/, { 'New stop': '1' });
    await message(/Moved the stop|must be (above|below)/).waitFor();
    await play(2);
    await button(panel, 'Exit all').click();
    const [held] = await rows(
      `SELECT s.ticker FROM ledger_positions p JOIN symbols s ON s.id = p.symbol_id WHERE p.closed_at IS NULL`,
    );
    await submit(/^Exit/, { Price: (await lastClose(held?.ticker)).toFixed(2), Tag: 'EXIT' });

    await whisper(/Nothing in \w+ is open\. That trade:/).waitFor();
    await message('You hold nothing').waitFor();
    await shoot(page, 'closed');
  }, 60_000);

  it('Bob sells short without a card, mistypes a price, is asked, corrects it, and covers', async () => {
    await visit('bob');
    const price = await lastClose('NVDA');
    await command('/journal enter', { ticker: 'NVDA', side: 'short' });
    await submit('Enter NVDA short', {
      Quantity: '40',
      Price: (price * 10).toFixed(2),
      Stop: (price * 10.2).toFixed(2),
    });
    const question = whisper(/Is .* right\?/);
    await question.waitFor();
    await shoot(question, 'question');
    await button(question, 'Correct it').click();
    await submit('Enter NVDA short', { Price: price.toFixed(2), Stop: (price * 1.01).toFixed(2) });
    await whisper('Sold short 40 NVDA').waitFor();
    await play(4);
    await command('/journal exit', { ticker: 'NVDA', qty: '60', price: (price * 0.99).toFixed(2) });
    await whisper('You have 40 NVDA open, so 60 cannot be closed.').waitFor();
    await command('/journal exit', {
      ticker: 'NVDA',
      qty: '40',
      price: (price * 0.99).toFixed(2),
      tag: 'TP1',
    });

    const receipt = whisper('Covered 40 NVDA');
    await receipt.waitFor();
    expect(await receipt.textContent()).toMatch(/\+1\.0 R/);
    await shoot(page, 'bob-covers');
  }, 60_000);

  it('Bob undoes a slip and finds it crossed out in his list', async () => {
    await visit('bob');
    await command('/journal enter', {
      ticker: 'AAPL',
      side: 'long',
      qty: '500',
      price: (await lastClose('AAPL')).toFixed(2),
    });
    const receipt = whisper('Bought 500 AAPL');
    await receipt.waitFor();
    await button(receipt, 'Undo').click();
    await whisper('Undone: bought 500 AAPL').waitFor();
    await command('/journal list');

    const list = message('Your fills');
    await list.getByText('covered 40 NVDA').waitFor();
    expect(await list.locator('s, del').first().textContent()).toContain('500 AAPL');
    await shoot(list, 'list');
  }, 60_000);

  it('Bob imports his broker’s week after a look at it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'oracore-csv-'));
    const file = join(folder, 'broker.csv');
    const days = ['03', '04', '05', '08', '09'];
    const lines = days.flatMap((day, index) => [
      `2026-06-${day} 10:00:00,TSLA,BUY,20,${160 + index},0.35,,${159 + index}`,
      `2026-06-${day} 10:40:00,TSLA,SELL,20,${[162.5, 160, 164.1, 162, 166.9][index]},0.35,,`,
      `2026-06-${day} 14:00:00,AAPL,BUY,50,${160 + index},0.35,,${159.5 + index}`,
      `2026-06-${day} 15:30:00,AAPL,SELL,50,${[159.5, 162, 161.2, 163.9, 163.4][index]},0.35,,`,
    ]);
    writeFileSync(
      file,
      ['time,ticker,side,qty,price,fee,tag,stop', ...lines, '2026-06-09 15:00:00,AMD,SELL,5,150,0,,'].join(
        '\n',
      ),
    );
    await visit('bob');
    await page.getByRole('combobox', { name: 'Command' }).fill('/journal import ');
    const form = page.getByRole('form', { name: '/journal import' });
    await form.getByLabel('file').setInputFiles(file);
    await expect
      .poll(async () => {
        await button(form, 'Send')
          .click({ timeout: 1000 })
          .catch(() => undefined);
        return form.count();
      })
      .toBe(0);
    const preview = whisper('Import broker.csv');
    await preview.waitFor();
    await shoot(preview, 'import-preview');
    await button(preview, /^Import 20 fills$/).click();
    await whisper('Imported 20 fills in TSLA and AAPL').waitFor();

    rmSync(folder, { recursive: true });
    expect(await rows(`SELECT count(*)::int AS n FROM orders WHERE order_type = 'import'`)).toEqual([
      { n: 20 },
    ]);
  }, 60_000);

  it('shows Bob his trading, page by page, on a phone', async () => {
    await visit('bob');
    await page.setViewportSize(PHONE);
    await command('/stats journal');
    const stats = message('Your trading, the last 30 days');
    await picture(stats);
    await stats.scrollIntoViewIfNeeded();
    await shoot(page, 'stats-journal-overview-phone');
    for (const name of ['Days', 'R', 'Tickers', 'Times']) {
      await button(stats, name).click();
      await expect.poll(() => button(stats, name).isDisabled()).toBe(true);
      if (name !== 'Tickers') await picture(stats);
      await stats.scrollIntoViewIfNeeded();
      await shoot(page, `stats-journal-${name.replaceAll(' ', '-')}-phone`);
      expect(await overflow(), `${name}: nothing is cut at phone width`).toBe(0);
    }
  }, 60_000);

  it('shows Bob one trade with its fills on the candles, its best and its worst', async () => {
    await visit('bob');
    await page.getByRole('combobox', { name: 'Command' }).fill('/journal show ');
    const form = page.getByRole('form', { name: '/journal show' });
    await form.getByRole('combobox', { name: 'trade' }).pressSequentially('nvda');
    await page.getByRole('option', { name: /NVDA short 40/ }).click();
    await button(form, 'Send').click();
    const shown = message('short 40 NVDA');
    await picture(shown);

    expect(await shown.textContent()).toMatch(/Best \(MFE\) .* R at [\s\S]*Worst \(MAE\)/);
    await shoot(shown, 'show');
    await page.setViewportSize(PHONE);
    await shown.scrollIntoViewIfNeeded();
    await shoot(page, 'show-phone');
  }, 60_000);

  it('tells the team after the close what its decisions were worth, and nobody what another earned', async () => {
    while (desk.now() < CLOSE) await desk.step('5m');
    await desk.step('5m');
    await visit('alice');
    await command('/stats decisions');
    const stats = message('What you did with the cards');
    await stats.getByText(/cards? shown/).waitFor();
    await picture(stats);
    await shoot(stats, 'stats-decisions');
    await button(stats, 'People').click();
    await stats.getByText('entered 1').waitFor();
    await shoot(stats, 'stats-decisions-people');
    await button(stats, 'Reasons and speed').click();
    await stats.getByText('alert to fill').waitFor();
    await shoot(stats, 'stats-decisions-reasons');
    await command('/stats journal');
    await picture(message('Your trading'));
    await shoot(message('Your trading'), 'stats-journal-alice');

    expect(await page.getByText('Sold short 40 NVDA').count(), 'Bob’s trades are his own').toBe(0);
    await visit('bob');
    await message('What you did with the cards').waitFor();
  }, 120_000);
});
