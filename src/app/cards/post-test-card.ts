import type { Services } from '../services.ts';

/**
 * Posts a message that shows where cards come and how they read. It is owed to nobody, so it is posted at once
 * or not at all. @returns its message id.
 *
 * @throws OraError `forbidden` or `unavailable` as Discord says.
 */
export async function postTestCard(
  { messenger, log }: Pick<Services, 'messenger' | 'log'>,
  {
    channelId,
    by,
    interactionId,
  }: { readonly channelId: string; readonly by: string; readonly interactionId: string },
): Promise<string> {
  const post = {
    id: 0,
    key: `test:${interactionId}`,
    channelId,
    cardId: null,
    content: { kind: 'test', by },
    attempts: 1,
    firstAttemptAt: null,
    replyTo: null,
    mention: [],
  } as const;
  const messageId = await messenger.postMessage(post, interactionId);
  log.info({ channelId, messageId, by }, 'test card posted');
  return messageId;
}
