import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LocalDiscord, startLocalDiscord } from '../../../src/sandbox/discord/server.ts';
import { type Browser, findChromium, launchChromium } from '../../support/chromium.ts';
import { type PageBot, startPageBot } from '../../support/page-bot.ts';

const binary = findChromium();

describe.skipIf(binary === null)('the page of the local Discord (needs Chromium)', () => {
  let local: LocalDiscord;
  let bot: PageBot;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    local = await startLocalDiscord({ clocks: { ackMs: 600 }, notice: 'Prices are made up for a test.' });
    bot = await startPageBot(local);
    browser = await launchChromium(binary ?? '');
  });
  afterAll(async () => {
    await browser?.close();
    await bot?.stop();
    await local?.close();
  });
  beforeEach(async () => {
    complaints = [];
    page = await browser.context.newPage();
    page.setDefaultTimeout(5_000);
    page.on('console', (line) => {
      if (line.type() === 'error' || line.type() === 'warning') complaints.push(line.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (origin !== local.url && protocol !== 'data:') complaints.push(`asked ${request.url()}`);
    });
    await visit('alice');
  });
  afterEach(async () => {
    await page.close();
    expect(complaints, 'no console error, no request elsewhere').toEqual([]);
  });

  const visit = async (
    person: keyof LocalDiscord['people'],
    channel: keyof LocalDiscord['channels'] = 'alerts',
  ) => {
    await page.goto(`${local.url}/?user=${local.people[person]}#${local.channels[channel]}`);
    await page.getByRole('heading', { name: channel }).waitFor();
  };
  /** A fresh card, as an article of the page. */
  const postCard = async (content: string): Promise<Locator> => {
    const { id } = await bot.postCard(content);
    const card = page.locator(`article[data-message-id="${id}"]`);
    await card.waitFor();
    return card;
  };
  const button = (within: Page | Locator, name: string): Locator =>
    within.getByRole('button', { name, exact: true });
  const ephemeral = (text: string): Locator =>
    page.getByRole('article').filter({ hasText: text }).filter({ hasText: 'Only you can see this' });

  it('shows a card with its embed, its fields and a picture that really loads', async () => {
    const card = await postCard('LONG **SPY** 5m');

    const embed = card.getByRole('region', { name: 'SPY long' });
    const image = card.getByRole('img', { name: 'SPY' });
    await image.scrollIntoViewIfNeeded();
    await expect.poll(() => image.evaluate((img: { naturalWidth: number }) => img.naturalWidth)).toBe(1);

    expect(await card.locator('strong').first().textContent()).toBe('SPY');
    expect(await embed.locator('dt').allTextContents()).toEqual(['Stop', 'TP1']);
    expect(await embed.evaluate((box) => box.getAttribute('style'))).toContain('#2c8753');
    expect(await page.getByRole('note').textContent()).toBe('Prices are made up for a test.');
  });

  it('asks no other server for a picture and links to it instead', async () => {
    const card = await postCard('logo');

    const link = card.getByRole('link', { name: 'Image elsewhere (not loaded)' });

    expect(await link.getAttribute('href')).toBe('https://images.example/logo.png');
  });

  it('fits a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const card = await postCard('a line that is much longer than a telephone of the usual kind is wide');

    const overflow = await page
      .getByRole('log')
      .evaluate((log) => [log.scrollWidth - log.clientWidth, log.clientWidth]);
    await button(card, 'Update').click();

    await card.getByText('Taken by @Alice').waitFor();
    expect(overflow).toEqual([0, 390]);
  });

  it('enlarges a picture and closes it with Escape', async () => {
    const card = await postCard('look');

    await card.getByRole('button', { name: /^Open image/ }).click();
    const large = page.getByRole('dialog', { name: 'Image' });
    await large.waitFor();
    await page.keyboard.press('Escape');

    await large.waitFor({ state: 'hidden' });
  });

  it('puts an update in place of the card, with the name of who clicked', async () => {
    const card = await postCard('free');

    await button(card, 'Update').click();

    await card.getByText('Taken by @Alice').waitFor();
    expect(await card.locator('.mention.mine').textContent()).toBe('@Alice');
    await card.getByText('(edited)').waitFor();
  });

  it('shows a whisper to its reader alone and lets him dismiss it', async () => {
    const card = await postCard('secret');

    await button(card, 'Whisper').click();
    const whisper = ephemeral('Just between us');
    await whisper.waitFor();
    await visit('bob');
    await page.getByRole('article').filter({ hasText: 'secret' }).first().waitFor();
    expect(await whisper.count(), 'for somebody else').toBe(0);
    await visit('alice');
    await button(whisper, 'Dismiss message').click();

    await whisper.waitFor({ state: 'detached' });
  });

  it('says on the card when the bot does not answer', async () => {
    const card = await postCard('mute');

    await button(card, 'Silence').click();

    await card.getByText('The application did not respond').waitFor();
    await button(card, 'Update').click();
    await card.getByText('Taken by @Alice').waitFor();
    expect(await card.getByRole('alert').count(), 'gone after the next click').toBe(0);
  });

  it('fills in a form with the keyboard alone', async () => {
    const card = await postCard('trade');

    await button(card, 'Order').press('Enter');
    const form = page.getByRole('dialog', { name: 'Enter SPY long' });
    await form.waitFor();
    await page.keyboard.type('1234567');
    await form.getByRole('combobox', { name: 'Account' }).selectOption({ label: 'Paper' });
    await form.getByRole('textbox', { name: 'Quantity' }).press('Enter');

    await ephemeral('Bought 123456 in paper').waitFor();
    await form.waitFor({ state: 'hidden' });
  });

  it('keeps the focus and the picture of a card while it changes and a form comes and goes', async () => {
    const card = await postCard('steady');
    const picture = await card.getByRole('img', { name: 'SPY' }).elementHandle();

    await button(card, 'Update').press('Enter');
    await card.getByText('Taken by @Alice').waitFor();
    const isSame = await card
      .getByRole('img', { name: 'SPY' })
      .evaluate((image, before) => image === before, picture);
    await button(card, 'Order').press('Enter');
    const form = page.getByRole('dialog', { name: 'Enter SPY long' });
    await form.waitFor();
    await page.keyboard.press('Escape');
    await form.waitFor({ state: 'hidden' });

    expect(isSame, 'a new picture would flicker').toBe(true);
    await expect.poll(() => page.locator(':focus').textContent()).toBe('Order');
  });

  it('does not send a form that lacks something, nor one that was cancelled', async () => {
    const card = await postCard('half');
    const sent = local.journal.length;

    await button(card, 'Order').click();
    const form = page.getByRole('dialog', { name: 'Enter SPY long' });
    await button(form, 'Submit').click();
    expect(await form.isVisible()).toBe(true);
    await button(form, 'Cancel').click();
    await form.waitFor({ state: 'hidden' });

    const answers = local.journal.slice(sent).filter(({ path }) => path.includes('/callback'));
    expect(answers, 'only the one that opened the form').toHaveLength(1);
  });

  it('sends a choice of a menu', async () => {
    const card = await postCard('later');

    await card.getByRole('combobox', { name: 'Snooze for' }).selectOption({ label: '1 hour' });

    await ephemeral('Snoozed 1h').waitFor();
  });

  it('runs a command found by typing, with a live suggestion', async () => {
    await visit('alice', 'desk');

    await page.getByRole('combobox', { name: 'Command' }).pressSequentially('/quo');
    await page.getByRole('listbox', { name: 'Commands' }).getByRole('option', { name: '/quote' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('combobox', { name: 'ticker' }).pressSequentially('am');
    await page.getByRole('option', { name: 'AMD stock' }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');

    const answer = page.getByRole('article').filter({ hasText: 'You asked for AMD, @Alice' });
    await answer.waitFor();
    expect(await answer.textContent()).toContain('Alice used /quote');
  });

  it('names what is wrong with an option and sends nothing until it is right', async () => {
    await visit('alice', 'desk');

    await page.getByRole('combobox', { name: 'Command' }).pressSequentially('/watch add ');
    const form = page.getByRole('form', { name: '/watch add' });
    await form.getByRole('textbox', { name: 'score' }).fill('2');
    await form.getByRole('textbox', { name: 'score' }).press('Enter');
    await form.getByText('ticker is required').waitFor();
    await form.getByText('score must be at most 1').waitFor();
    await form.getByRole('combobox', { name: 'ticker' }).fill('SPY');
    await form.getByRole('textbox', { name: 'score' }).fill('0.7');
    await button(form, 'Send').click();

    await page.getByText('You asked for SPY 0.7, @Alice').waitFor();
  });

  it('becomes somebody else, with his channels, and keeps it in the address', async () => {
    const channels = page.getByRole('navigation', { name: 'Channels' }).getByRole('button');
    expect(await channels.allTextContents()).toEqual(['#alerts', '#desk']);

    await page.getByRole('combobox', { name: 'You are' }).selectOption({ label: 'Carol · Administrator' });
    await expect.poll(() => channels.allTextContents()).toEqual(['#alerts', '#desk', '#admin']);
    await page.reload();

    await expect.poll(() => channels.allTextContents()).toEqual(['#alerts', '#desk', '#admin']);
    expect(page.url()).toContain(local.people.carol);
  });

  it('marks a channel where something came', async () => {
    await visit('alice', 'desk');
    await bot.postCard('news');

    await page.getByRole('button', { name: /^alerts, \d+ unread$/ }).click();

    await page.getByText('news').waitFor();
    await button(page, 'alerts').waitFor();
  });

  it('opens a channel for the first direct message, to nobody else', async () => {
    await visit('dave');
    const direct = page.getByRole('button', { name: 'OraCore, 1 unread' });
    await bot.write(local.people.dave, 'Your stop was touched');

    await direct.click();

    await page.getByText('Your stop was touched').waitFor();
    await visit('bob');
    expect(await page.getByRole('button', { name: /^OraCore/ }).count()).toBe(0);
  });

  it('shows the replay clock in New York and works its buttons', async () => {
    const clock = page.getByRole('group', { name: 'Replay clock' });
    expect(await clock.isVisible(), 'no clock yet').toBe(false);
    const now = '2025-11-18T15:35:00.000Z';
    local.onClockAction((action) =>
      local.setClock(() => ({ now, speed: '60x', paused: action !== 'resume' })),
    );

    local.setClock(() => ({ now, speed: '60x', paused: false }));
    await clock.getByText('Tue, Nov 18, 2025, 10:35 New York').waitFor();
    expect(await button(clock, 'Step').isDisabled(), 'while it runs').toBe(true);
    await button(clock, 'Pause').click();
    await button(clock, 'Resume').waitFor();

    expect(await button(clock, 'Step').isDisabled()).toBe(false);
  });

  it('stays at the newest message, but not when the reader has scrolled up', async () => {
    for (const number of [1, 2, 3]) await bot.postCard(`card ${number}`);
    const last = page.getByText('card 3');
    await last.waitFor();
    const log = page.getByRole('log');
    const space = () =>
      log.evaluate((box) => Math.round(box.scrollHeight - box.scrollTop - box.clientHeight));
    await expect.poll(space).toBeLessThan(5);

    await log.press('PageUp');
    await log.press('PageUp');
    await expect.poll(space).toBeGreaterThan(100);
    await bot.postCard('card 4');
    await page.getByRole('button', { name: /new below/ }).click();

    await expect.poll(space).toBeLessThan(5);
    await page.getByText('card 4').waitFor();
  });
});
