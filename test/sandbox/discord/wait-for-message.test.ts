import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConnectedBot, connectBot } from '../../support/local-discord.ts';

let bot: ConnectedBot;
beforeAll(async () => {
  bot = await connectBot();
});
afterAll(() => bot.close());

const post = (content: string): Promise<unknown> =>
  bot.client.rest.post(`/channels/${bot.discord.channels.desk}/messages`, { body: { content } });

test('finds a message that is there and one that is still to come', async () => {
  const coming = bot.discord.waitForMessage(({ content }) => content === 'here');
  await post('here');

  expect((await coming).id).toBe((await bot.discord.waitForMessage(({ content }) => content === 'here')).id);
});

test('says what was there instead when it gives up', async () => {
  await post('something else');

  await expect(bot.discord.waitForMessage(({ content }) => content === 'never', 20)).rejects.toThrow(
    'something else',
  );
});
