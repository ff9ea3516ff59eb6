import { MessageFlags } from 'discord.js';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signedPercent } from '../../src/discord/views/signed.ts';
import type { Prices } from '../../src/sandbox/yahoo/prices.ts';
import { loadRecordedPrices } from '../../src/sandbox/yahoo/recorded-prices.ts';
import { aSession } from '../support/builders.ts';
import { type Browser, findChromium, launchChromium } from '../support/chromium.ts';
import { startTestDesk, type TestDesk } from '../support/desk.ts';
import { type DeskPage, deskPage, PHONE } from '../support/desk-page.ts';
import { quiet } from '../support/quiet-log.ts';
import { shoot } from '../support/screenshots.ts';
import { sharedData } from '../support/shared-data.ts';

const binary = findChromium();
const recordings = sharedData('stratback-5m');
const TICKERS = ['AAPL', 'ADBE', 'BA', 'ENPH', 'MSFT', 'NVDA', 'QQQ', 'SPY', 'TSLA'] as const;
type Ticker = (typeof TICKERS)[number];
const MINUTE = 60_000;
/** A Friday on which eight of nine tickers fire in the first candle; one fired at the bell before. */
const EVE = aSession('2022-07-14');
const DAY = aSession('2022-07-15');
const FLOOD = DAY.open + 5 * MINUTE;

describe.skipIf(binary === null || recordings === null)(
  'a recorded trading day through the desk, on a phone (needs Chromium and recorded candles)',
  { timeout: 120_000 }, // half a day is played in one of them
  () => {
    let prices: Prices;
    let desk: TestDesk;
    let browser: Browser;
    let page: Page;
    let see: DeskPage;

    beforeAll(async () => {
      prices = await loadRecordedPrices(recordings ?? '', quiet);
      desk = await startTestDesk({ prices, start: EVE.close - 5 * MINUTE });
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

    const rows = async (sql: string, values: unknown[] = []) =>
      (await desk.database.pool.query(sql, values)).rows;
    const idOf = (name: 'alice' | 'bob') => desk.discord.people[name];
    const inAlerts = () => desk.discord.messages(desk.discord.channels.alerts);

    /** The card of a ticker that fired at a moment. */
    async function cardOf(ticker: Ticker, firedAt: number): Promise<{ id: string; messageId: string }> {
      const [card, ...others] = await rows(
        `SELECT c.id, c.message_id FROM cards c JOIN symbols s ON s.id = c.symbol_id
         WHERE s.ticker = $1 AND c.fired_at = $2 AND c.kind = 'signal'`,
        [ticker, new Date(firedAt)],
      );
      expect(others, `one card of ${ticker}`).toEqual([]);
      return { id: card?.id, messageId: card?.message_id };
    }
    async function shownCard(ticker: Ticker, firedAt: number): Promise<Locator> {
      const card = see.posted((await cardOf(ticker, firedAt)).messageId);
      await see.reveal(card);
      return card;
    }
    /** Messages that answer a card, the person's own panels left out. */
    async function repliesTo(ticker: Ticker, firedAt: number) {
      const { messageId } = await cardOf(ticker, firedAt);
      return inAlerts().filter(
        (message) =>
          message.message_reference?.message_id === messageId && message.ephemeralFor === undefined,
      );
    }
    const mentioned = (message: { mentions: { id: string }[] } | undefined) =>
      message?.mentions.map(({ id }) => id).sort();
    /** States of the cards that fired at a moment, by ticker. */
    async function statesAt(firedAt: number): Promise<Record<string, string>> {
      const found = await rows(
        `SELECT s.ticker, c.state FROM cards c JOIN symbols s ON s.id = c.symbol_id
         WHERE c.fired_at = $1 AND c.kind = 'signal' ORDER BY 1`,
        [new Date(firedAt)],
      );
      return Object.fromEntries(found.map(({ ticker, state }) => [ticker, state]));
    }
    const firstPrice = (ticker: Ticker) => prices.candles(ticker, '5m', DAY.open, DAY.open + 1)[0]?.open ?? 0;
    const lastPrice = (ticker: Ticker) =>
      prices.candles(ticker, '5m', EVE.open, EVE.close).at(-1)?.close ?? 0;
    async function shootWide(name: string): Promise<void> {
      await page.setViewportSize({ width: 1280, height: 900 });
      await shoot(page, name);
      await page.setViewportSize(PHONE);
    }

    it('ends the day before with a card of the closing bell, which waits', async () => {
      await desk.playTo(EVE.close + 15 * MINUTE);

      expect(await statesAt(EVE.close)).toEqual({ BA: 'held' });
      expect(inAlerts(), 'nothing was posted').toEqual([]);
      await see.visit('alice');
      await see
        .message('🌆 Thursday 14 July')
        .getByText('1 signal on 1 card: 0 posted and 1 waiting')
        .waitFor();
    });

    it('tells at nine what opens how, and what waits', async () => {
      await desk.playTo(DAY.open - 30 * MINUTE);

      await see.visit('alice');
      const digest = see.message('🌅 Friday 15 July');
      await digest.waitFor();
      const said = (await digest.textContent()) ?? '';
      expect(said).toContain('One card waits for the open:🟢 LONG BA 5m');
      const gaps = TICKERS.map((ticker) => ({ ticker, gap: firstPrice(ticker) / lastPrice(ticker) - 1 }))
        .toSorted((a, b) => Math.abs(b.gap) - Math.abs(a.gap))
        .slice(0, 5);
      for (const { ticker, gap } of gaps) expect(said).toContain(`${ticker} ${signedPercent(gap)} at `);
      await shoot(page, 'day-0900-digest');
    });

    it('lets Alice choose whose cards call her', async () => {
      await see.visit('alice');
      await see.command('/notify set', { tickers: 'MSFT, TSLA' });

      await see.whisper('Cards mention you for: MSFT and TSLA').waitFor();
      await shoot(page, 'day-0910-notify');
    });

    it('gives the card of the bell back at the open, with its gap, and Alice watches it', async () => {
      await desk.playTo(DAY.open);

      expect(await statesAt(EVE.close)).toEqual({ BA: 'sent' });
      await see.visit('alice', 'alerts');
      const card = await shownCard('BA', EVE.close);
      await card.getByText(`opened ${firstPrice('BA').toFixed(2)}, +1.4\u00a0%`).waitFor();
      await see.button(card, 'Watch').click();
      await card.getByText('watches it').waitFor();
      await shoot(page, 'day-0930-gap');
    });

    it('posts the best three of a flood and one list, from which Bob opens one', async () => {
      await desk.playTo(FLOOD);

      const states = await statesAt(FLOOD);
      expect(states).toEqual({
        ...Object.fromEntries(TICKERS.map((ticker) => [ticker, 'listed'])),
        AAPL: 'sent',
        ADBE: 'sent',
        MSFT: 'sent',
        BA: 'suppressed', // its card of the bell came five minutes before
      });
      await see.visit('bob', 'alerts');
      const list = see.message('📋 5 more cards');
      await see.reveal(list);
      await shoot(page, 'day-0935-list');
      await shootWide('day-0935-flood-wide');
      await list
        .getByRole('combobox', { name: 'Open one as a card' })
        .selectOption((await cardOf('ENPH', FLOOD)).id);
      await list.getByText('opened').waitFor();
      await (await shownCard('ENPH', FLOOD)).waitFor();
      await shoot(page, 'day-0935-opened');

      expect(await statesAt(FLOOD)).toEqual({ ...states, ENPH: 'sent' });
    });

    it('calls Alice for the card she named, and nobody for the others', async () => {
      const cards = await Promise.all(
        (['MSFT', 'AAPL', 'ADBE', 'ENPH'] as const).map(async (ticker) =>
          desk.discord.message((await cardOf(ticker, FLOOD)).messageId),
        ),
      );

      expect(cards.map((card) => mentioned(card ?? undefined))).toEqual([[idOf('alice')], [], [], []]);
      expect(cards.map((card) => ((card?.flags ?? 0) & MessageFlags.SuppressNotifications) !== 0)).toEqual([
        false,
        true,
        true,
        true,
      ]);
      await see.visit('alice', 'alerts');
      await shownCard('MSFT', FLOOD);
      await shoot(page, 'day-0935-called');
    });

    it('is acted on by two people: entered, watched, and one card snoozed by both', async () => {
      await see.visit('bob', 'alerts');
      await see.button(await shownCard('ADBE', FLOOD), 'Enter').click();
      const form = page.getByRole('dialog', { name: /^Enter ADBE/ });
      expect(await form.getByLabel('Price').inputValue(), 'in cents').toMatch(/^\d+\.\d\d$/);
      await form.getByLabel('Quantity').fill('50');
      await shoot(page, 'day-0936-enter');
      await see.button(form, 'Submit').click();
      await see.whisper('50 ADBE').waitFor();
      await shoot(page, 'day-0936-entered');
      await see.button(await shownCard('ENPH', FLOOD), 'Snooze').click();
      await see.whisper('💤 Back').waitFor();
      await shoot(page, 'day-0936-snooze');
      await see.visit('alice', 'alerts');
      await see.button(await shownCard('ENPH', FLOOD), 'Snooze').click();
      await see.whisper('💤 Back').waitFor();
      await see.button(await shownCard('AAPL', FLOOD), 'Watch').click();

      await (await shownCard('AAPL', FLOOD)).getByText('watches it').waitFor();
      expect(
        await rows(`SELECT DISTINCT s.ticker, d.decided_by AS by, d.action FROM decisions d JOIN cards c ON c.id = d.card_id
          JOIN symbols s ON s.id = c.symbol_id ORDER BY 1, 2`),
      ).toEqual([
        { ticker: 'AAPL', by: idOf('alice'), action: 'watch' },
        { ticker: 'ADBE', by: idOf('bob'), action: 'enter' },
        { ticker: 'BA', by: idOf('alice'), action: 'watch' },
        ...[idOf('alice'), idOf('bob')].sort().map((by) => ({ ticker: 'ENPH', by, action: 'snooze' })),
      ]);
    });

    it('tells each touch to those who entered or watch, and to nobody else', async () => {
      await desk.playTo(DAY.open + 20 * MINUTE);

      const [ba, adbe, aapl] = await Promise.all([
        repliesTo('BA', EVE.close),
        repliesTo('ADBE', FLOOD),
        repliesTo('AAPL', FLOOD),
      ]);
      expect([ba, adbe, aapl].map((replies) => replies.map(mentioned))).toEqual([
        [[idOf('alice')]],
        [[idOf('bob')]],
        [[idOf('alice')]],
      ]);
      expect(ba[0]?.content).toMatch(/^BA 5m long 🎯 TP1 touched .*\n🎯 TP2 .*\n🎯 TP3 /);
      expect(adbe[0]?.content).toMatch(/^ADBE 5m long 🛑 Stop touched .*−1\.0\u00a0R/);
      expect(await repliesTo('MSFT', FLOOD), 'it was stopped, and nobody followed it').toEqual([]);
      await see.visit('alice', 'alerts');
      await see.reveal(see.posted(aapl[0]?.id ?? ''));
      await shoot(page, 'day-0950-touches');
      await shownCard('BA', EVE.close);
      await shoot(page, 'day-0950-touched-card');
    });

    it('dies between scan and delivery, and delivers each card and the return of the snoozed one once', async () => {
      await desk.playTo(DAY.open + 30 * MINUTE);
      const before = inAlerts().length;
      desk.setNow(DAY.open + 35 * MINUTE);
      await desk.bot().desk.scanner.scanDue(desk.now());
      expect(inAlerts(), 'found, and nothing posted yet').toHaveLength(before);

      await desk.restart();
      await desk.restart();

      const [{ unsettled } = {}] = await rows(
        `SELECT count(*)::int AS unsettled FROM cards WHERE state IN ('new', 'pending', 'sending')`,
      );
      expect(unsettled).toBe(0);
      const posted = await rows(`SELECT message_id FROM cards WHERE state = 'sent'`);
      const cards = inAlerts().filter((message) => JSON.stringify(message.components).includes('card:enter'));
      expect(cards.map(({ id }) => id).sort()).toEqual(posted.map(({ message_id }) => message_id).sort());
      const [reminder, ...others] = await repliesTo('ENPH', FLOOD);
      expect(others).toEqual([]);
      expect(mentioned(reminder)).toEqual([idOf('alice'), idOf('bob')].sort());
      expect(reminder?.content).toMatch(/🔴 SHORT ENPH 5m · now \*\*\d+\.\d\d\*\*/);
      await see.visit('bob', 'alerts');
      await see.reveal(see.posted(reminder?.id ?? ''));
      await shoot(page, 'day-1005-returned');
    });

    it('lets a card expire after three candles, and still takes a late fill with a warning', async () => {
      await desk.playTo(DAY.open + 90 * MINUTE);
      const [{ message_id: id } = {}] = await rows(
        `SELECT message_id FROM cards WHERE state = 'sent' AND kind = 'signal' AND expired_by = 'time'
         ORDER BY fired_at DESC, id LIMIT 1`,
      );

      await see.visit('alice', 'alerts');
      const card = see.posted(id);
      await see.reveal(card);
      await card.getByText('three candles have passed').waitFor();
      await shoot(page, 'day-1100-expired');
      expect(await see.button(card, 'Enter').count()).toBe(0);
      await see.button(card, 'Log late fill').click();
      const form = page.getByRole('dialog', { name: /^Late fill/ });
      await form.getByText('This card expired').waitFor();
      await shoot(page, 'day-1100-late-fill');
      await see.button(form, 'Cancel').click();
    });

    it('sums up the day and the week, with the figures of SQL', async () => {
      await desk.playTo(DAY.close + 15 * MINUTE);

      const [figures] = await rows(
        `SELECT (SELECT count(*) FROM signals WHERE fired_at > $1) AS signals, count(*) AS cards,
           count(*) FILTER (WHERE state = 'sent') AS sent, count(*) FILTER (WHERE state = 'listed') AS listed,
           count(*) FILTER (WHERE state = 'held') AS held, count(*) FILTER (WHERE state = 'suppressed') AS suppressed,
           count(*) FILTER (WHERE state = 'sent' AND EXISTS (SELECT FROM decisions d WHERE d.card_id = c.id)) AS decided
         FROM cards c WHERE kind = 'signal' AND fired_at > $1`,
        [new Date(DAY.open)],
      );
      const { signals, cards, sent, listed, held, suppressed, decided } = figures ?? {};
      await see.visit('alice');
      const digest = see.message('🌆 Friday 15 July');
      await digest.waitFor();
      await shoot(page, 'day-1615-digest');
      await shootWide('day-1615-digest-wide');
      const said = (await digest.textContent()) ?? '';
      expect(said).toContain(
        `${signals} signals on ${cards} cards: ${sent} posted, ${listed} in lists, ${held} waiting and ${suppressed} not shown`,
      );
      expect(said).toContain(`Decided: ${decided} of ${sent}, 1 entered`);
      expect(said).toContain('The week since Monday 11 July');
    });

    it('has lost nothing: signals = sent + listed + suppressed + held till Monday, each digest once', async () => {
      const states = await rows(
        `SELECT c.state, count(*)::int AS n FROM signals s
           JOIN alerts a ON a.signal_id = s.id AND a.kind = 'signal' JOIN cards c ON c.id = a.card_id
         GROUP BY 1 ORDER BY 1`,
      );
      const [{ n: signals } = {}] = await rows('SELECT count(*)::int AS n FROM signals');
      const digests = await rows(`SELECT key, message_id FROM outbox WHERE key LIKE 'digest:%' ORDER BY id`);

      expect(states.map(({ state }) => state)).toEqual(['held', 'listed', 'sent', 'suppressed']);
      expect(states.reduce((sum, { n }) => sum + n, 0)).toBe(signals);
      expect(signals).toBeGreaterThan(100);
      expect(digests.map(({ key }) => key)).toEqual([
        'digest:2022-07-14:evening',
        'digest:2022-07-15:morning',
        'digest:2022-07-15:evening',
      ]);
      const posted = desk.discord
        .messages(desk.discord.channels.desk)
        .filter(({ content }) => /^(🌅|🌆)/u.test(content));
      expect(posted.map(({ id }) => id)).toEqual(digests.map(({ message_id }) => message_id));
      await see.visit('alice', 'alerts');
      await shootWide('day-end-wide');
    });
  },
);
