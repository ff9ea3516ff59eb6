import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSimulatedPrices } from '../../src/sandbox/yahoo/simulated-prices.ts';
import { at } from '../support/builders.ts';
import { type Browser, findChromium, launchChromium } from '../support/chromium.ts';
import { startTestDesk, type TestDesk } from '../support/desk.ts';
import { type DeskPage, deskPage } from '../support/desk-page.ts';
import { shoot } from '../support/screenshots.ts';

const binary = findChromium();
const TICKERS = ['SPY', 'NVDA', 'TSLA', 'AAPL'] as const;
/** 09:55 New York on a Wednesday of the simulated market. */
const START = at('2026-06-10T13:55:00Z');
const CLOSE = at('2026-06-10T20:00:00Z');

describe.skipIf(binary === null)('a day of trading by two people, in a browser (needs Chromium)', () => {
  let desk: TestDesk;
  let browser: Browser;
  let page: Page;
  let see: DeskPage;
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
    see = deskPage(page, desk.discord);
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
    await see.button(dialog, 'Submit').click();
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

  it('Alice enters from a card, Bob ignores it, and both see who did what', async () => {
    await desk.stepUntilCard('5m');
    await see.visit('alice', 'alerts');
    const card = page
      .getByRole('article')
      .filter({ has: see.button(page, 'Enter') })
      .last();
    await card.waitFor();
    const words = (await card.textContent()) ?? '';
    const [, ticker = ''] = /(?:LONG|SHORT) (\w+) 5m/.exec(words) ?? [];
    const close = await lastClose(ticker);
    await see.button(card, 'Enter').click();
    await submit(/^Enter/, { Quantity: '100', Price: close.toFixed(2), Fee: '1.00' });
    await see.whisper(new RegExp(`100 ${ticker} at`)).waitFor();

    await see.visit('bob', 'alerts');
    await see
      .button(
        page
          .getByRole('article')
          .filter({ has: see.button(page, 'Ignore') })
          .last(),
        'Ignore',
      )
      .click();
    await see.message('ignored it').waitFor();

    expect(await rows(`SELECT DISTINCT decided_by, action FROM decisions ORDER BY action`)).toEqual([
      { decided_by: desk.discord.people.alice, action: 'enter' },
      { decided_by: desk.discord.people.bob, action: 'ignore' },
    ]);
  }, 60_000);

  it('Alice sees her position on a phone and gets out of half of it by thumb', async () => {
    await play(3);
    await see.visit('alice');
    await see.command('/positions');
    const panel = see.message('Open positions');
    await panel.getByText(/last \d+\.\d\d/).waitFor();
    await shoot(page, 'positions-phone');

    await see.button(panel, /^Exit half/).click();
    const half = page.getByRole('dialog', { name: /^Exit/ });
    expect(await half.getByLabel('Quantity', { exact: false }).first().inputValue()).toBe('50');
    const [held] = await rows(
      `SELECT s.ticker FROM ledger_positions p JOIN symbols s ON s.id = p.symbol_id WHERE p.closed_at IS NULL`,
    );
    await submit(/^Exit/, { Price: (await lastClose(held?.ticker)).toFixed(2), Tag: 'TP1' });
    await see.whisper(/Realised/).waitFor();
    await shoot(page, 'exit-half-phone');

    expect(await see.overflow(), 'nothing is cut at phone width').toBe(0);
    expect(await panel.textContent()).toContain('50 ');
    expect(await rows(`SELECT qty_open::text FROM ledger_positions WHERE closed_at IS NULL`)).toEqual([
      { qty_open: '50' },
    ]);
  }, 60_000);

  it('moves the stop, is told when it cannot stand there, and closes the rest', async () => {
    await see.visit('alice');
    await see.command('/positions');
    const panel = page
      .getByRole('article')
      .filter({ has: see.button(page, 'Move stop') })
      .last();
    await see.button(panel, 'Move stop').click();
    await submit(/^Move the stop/, { 'New stop': '1' });
    await see.message(/Moved the stop|must be (above|below)/).waitFor();
    await play(2);
    await see.button(panel, 'Exit all').click();
    const [held] = await rows(
      `SELECT s.ticker FROM ledger_positions p JOIN symbols s ON s.id = p.symbol_id WHERE p.closed_at IS NULL`,
    );
    await submit(/^Exit/, { Price: (await lastClose(held?.ticker)).toFixed(2), Tag: 'EXIT' });

    await see.whisper(/Nothing in \w+ is open\. That trade:/).waitFor();
    await see.message('You hold nothing').waitFor();
    await shoot(page, 'closed');
  }, 60_000);

  it('Bob sells short without a card, mistypes a price, is asked, corrects it, and covers', async () => {
    await see.visit('bob');
    const price = await lastClose('NVDA');
    await see.command('/journal enter', { ticker: 'NVDA', side: 'short' });
    await submit('Enter NVDA short', {
      Quantity: '40',
      Price: (price * 10).toFixed(2),
      Stop: (price * 10.2).toFixed(2),
    });
    const question = see.whisper(/Is .* right\?/);
    await question.waitFor();
    await shoot(question, 'question');
    await see.button(question, 'Correct it').click();
    const form = page.getByRole('dialog', { name: 'Enter NVDA short' });
    expect(await form.getByLabel('Time').inputValue(), 'as a trader writes it').toBe('2026-06-10 10:45');
    await submit('Enter NVDA short', { Price: price.toFixed(2), Stop: (price * 1.01).toFixed(2) });
    await see.whisper('Sold short 40 NVDA').waitFor();
    await play(4);
    await see.command('/journal exit', { ticker: 'NVDA', qty: '60', price: (price * 0.99).toFixed(2) });
    await see.whisper('You have 40 NVDA open, so 60 cannot be closed.').waitFor();
    await see.command('/journal exit', {
      ticker: 'NVDA',
      qty: '40',
      price: (price * 0.99).toFixed(2),
      tag: 'TP1',
    });

    const receipt = see.whisper('Covered 40 NVDA');
    await receipt.waitFor();
    expect(await receipt.textContent()).toMatch(/\+1\.0\u00a0R/);
    await shoot(page, 'bob-covers');
  }, 60_000);

  it('Bob undoes a slip and finds it crossed out in his list', async () => {
    await see.visit('bob');
    await see.command('/journal enter', {
      ticker: 'AAPL',
      side: 'long',
      qty: '500',
      price: (await lastClose('AAPL')).toFixed(2),
    });
    const receipt = see.whisper('Bought 500 AAPL');
    await receipt.waitFor();
    await see.button(receipt, 'Undo').click();
    await see.whisper('Undone: bought 500 AAPL').waitFor();
    await see.command('/journal list');

    const list = see.message('Your fills');
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
    await see.visit('bob');
    await page.getByRole('combobox', { name: 'Command' }).fill('/journal import ');
    const form = page.getByRole('form', { name: '/journal import' });
    await form.getByLabel('file').setInputFiles(file);
    await expect
      .poll(async () => {
        await see
          .button(form, 'Send')
          .click({ timeout: 1000 })
          .catch(() => undefined);
        return form.count();
      })
      .toBe(0);
    const preview = see.whisper('Import broker.csv');
    await preview.waitFor();
    await shoot(preview, 'import-preview');
    await see.button(preview, /^Import 20 fills$/).click();
    await see.whisper('Imported 20 fills in TSLA and AAPL').waitFor();

    rmSync(folder, { recursive: true });
    expect(await rows(`SELECT count(*)::int AS n FROM orders WHERE order_type = 'import'`)).toEqual([
      { n: 20 },
    ]);
  }, 60_000);

  it('shows Bob his trading, page by page, on a phone', async () => {
    await see.visit('bob');
    await see.command('/stats journal');
    const stats = see.message('Your trading, the last 30 days');
    await picture(stats);
    await stats.scrollIntoViewIfNeeded();
    await shoot(page, 'stats-journal-overview-phone');
    for (const name of ['Days', 'R', 'Tickers', 'Times']) {
      await see.button(stats, name).click();
      await expect.poll(() => see.button(stats, name).isDisabled()).toBe(true);
      if (name !== 'Tickers') await picture(stats);
      await stats.scrollIntoViewIfNeeded();
      await shoot(page, `stats-journal-${name.replaceAll(' ', '-')}-phone`);
      expect(await see.overflow(), `${name}: nothing is cut at phone width`).toBe(0);
    }
  }, 60_000);

  it('shows Bob one trade with its fills on the candles, its best and its worst', async () => {
    await see.visit('bob');
    await page.getByRole('combobox', { name: 'Command' }).fill('/journal show ');
    const form = page.getByRole('form', { name: '/journal show' });
    await form.getByRole('combobox', { name: 'trade' }).pressSequentially('nvda');
    await page.getByRole('option', { name: /NVDA short 40/ }).click();
    await see.button(form, 'Send').click();
    const shown = see.message('short 40 NVDA');
    await picture(shown);

    expect(await shown.textContent()).toMatch(/Best \(MFE\) .*\sR at [\s\S]*Worst \(MAE\)/);
    await shoot(shown, 'show');
    await shown.scrollIntoViewIfNeeded();
    await shoot(page, 'show-phone');
  }, 60_000);

  it('tells the team after the close what its decisions were worth, and nobody what another earned', async () => {
    while (desk.now() < CLOSE) await desk.step('5m');
    await desk.step('5m');
    await see.visit('alice');
    await see.command('/stats decisions');
    const stats = see.message('What you did with the cards');
    await stats.getByText(/cards? shown/).waitFor();
    await picture(stats);
    await shoot(stats, 'stats-decisions');
    await see.button(stats, 'People').click();
    await stats.getByText('entered 1').waitFor();
    await shoot(stats, 'stats-decisions-people');
    await see.button(stats, 'Reasons and speed').click();
    await stats.getByText('alert to fill').waitFor();
    await shoot(stats, 'stats-decisions-reasons');
    await see.command('/stats journal');
    await picture(see.message('Your trading'));
    await shoot(see.message('Your trading'), 'stats-journal-alice');

    expect(await page.getByText('Sold short 40 NVDA').count(), 'Bob’s trades are his own').toBe(0);
    await see.visit('bob');
    await see.message('What you did with the cards').waitFor();
  }, 120_000);
});
