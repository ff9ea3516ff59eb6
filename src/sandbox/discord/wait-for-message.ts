import type { Local } from './local.ts';
import type { UiMessage } from './ui-protocol.ts';

/**
 * The first message, there already or still to come, created or edited, that fits.
 * @throws Error after `timeoutMs`, naming what was there instead
 */
export function waitForMessage(
  local: Local,
  fits: (message: UiMessage) => boolean,
  timeoutMs: number,
): Promise<UiMessage> {
  const all = [...local.guild.channels.keys()].flatMap((channelId) => local.messages.inChannel(channelId));
  const there = all.find(fits);
  if (there) return Promise.resolve(there);
  return new Promise((resolve, reject) => {
    const finish = (): void => {
      clearTimeout(timer);
      stop();
    };
    const timer = setTimeout(() => {
      finish();
      const seen = all.map(({ content, embeds }) => content || embeds[0]?.title || '(no text)').slice(-5);
      reject(
        new Error(`no such message within ${timeoutMs} ms; the last ones at the start: ${seen.join(' | ')}`),
      );
    }, timeoutMs);
    const stop = local.feed.listen((happening) => {
      if (happening.type !== 'messageCreated' && happening.type !== 'messageEdited') return;
      try {
        if (!fits(happening.message)) return;
        finish();
        resolve(happening.message);
      } catch (error) {
        // A wrong predicate is its test's failure, not the server's.
        finish();
        reject(error);
      }
    });
  });
}
