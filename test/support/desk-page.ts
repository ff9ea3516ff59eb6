import type { Locator, Page } from 'playwright-core';
import type { LocalDiscord } from '../../src/sandbox/discord/server.ts';

/** Width and height of a trader's phone, CSS pixels. */
export const PHONE = { width: 390, height: 844 } as const;
const DESK = { width: 1280, height: 900 } as const;

/** What a person does and sees on the local Discord's page. */
export interface DeskPage {
  /** Opens a channel as a person, at the size of a phone. */
  visit(person: keyof LocalDiscord['people'], channel?: keyof LocalDiscord['channels']): Promise<void>;
  /** Fills in a slash command and sends it. */
  command(path: string, options?: Readonly<Record<string, string>>): Promise<void>;
  button(within: Page | Locator, name: string | RegExp): Locator;
  /** The newest message with these words. */
  message(text: string | RegExp): Locator;
  /** The newest message with these words that only this person sees. */
  whisper(text: string | RegExp): Locator;
  /** A message by its id: what one candle posts comes in any order. */
  posted(messageId: string): Locator;
  /** Scrolls so that a message begins at the top, even one that an edit replaces at this moment. */
  reveal(message: Locator): Promise<void>;
  /** By how many pixels the messages are wider than the screen. */
  overflow(): Promise<number>;
}

export function deskPage(page: Page, { url, people, channels }: LocalDiscord): DeskPage {
  const button = (within: Page | Locator, name: string | RegExp) =>
    within.getByRole('button', { name, exact: true });
  const articles = (text: string | RegExp) => page.getByRole('article').filter({ hasText: text });
  return {
    async visit(person, channel = 'desk') {
      await page.setViewportSize(DESK); // the name of the channel is hidden on a phone
      await page.goto(`${url}/?user=${people[person]}#${channels[channel]}`);
      await page.getByRole('heading', { name: channel, level: 1 }).waitFor();
      await page.setViewportSize(PHONE);
    },
    async command(path, options = {}) {
      await page.getByRole('combobox', { name: 'Command' }).fill(`${path} `);
      const form = page.getByRole('form', { name: path });
      for (const [name, value] of Object.entries(options)) {
        const field = form.getByLabel(name);
        const isMenu = (await field.evaluate(({ tagName }) => tagName)) === 'SELECT';
        if (isMenu) await field.selectOption(value);
        else await field.fill(value);
      }
      await button(form, 'Send').click();
    },
    button,
    message: (text) => articles(text).last(),
    whisper: (text) => articles(text).filter({ hasText: 'Only you can see this' }).last(),
    posted: (messageId) => page.locator(`[data-message-id="${messageId}"]`),
    reveal: (message) => message.evaluate((article: { scrollIntoView(): void }) => article.scrollIntoView()),
    overflow: () =>
      page
        .getByRole('log')
        .evaluateAll((logs) => Math.max(0, ...logs.map((log) => log.scrollWidth - log.clientWidth))),
  };
}
