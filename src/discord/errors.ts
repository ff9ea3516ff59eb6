// Never from `@discordjs/rest` itself: its ES module is a second copy, and `instanceof` would always be false.
import { DiscordAPIError, HTTPError, RateLimitError, RESTJSONErrorCodes } from 'discord.js';
import { OraError } from '../domain/errors.ts';

/** Discord says we may not see or write there, or that the channel is gone: trying again cannot help. */
const CLOSED_DOORS: readonly unknown[] = [
  RESTJSONErrorCodes.MissingAccess,
  RESTJSONErrorCodes.MissingPermissions,
  RESTJSONErrorCodes.UnknownChannel,
];
/** Edits of messages older than an hour are limited; this one succeeds later. */
const TOO_MANY_OLD_EDITS = RESTJSONErrorCodes.MaximumNumberOfEditsToMessagesOlderThanOneHourReached;
/** Failures of the connection, of undici and of Node: the request may or may not have arrived. */
const CONNECTION_FAILURE = /^(UND_ERR_|ECONN|EAI_AGAIN$|ENOTFOUND$|EPIPE$|ETIMEDOUT$)/;

/**
 * Discord's answer in our words: `forbidden` where trying again cannot help, `unavailable` where it
 * can. Anything else is a bug of ours and comes back as it is.
 */
export function translateDiscordError(error: unknown, doing: string): unknown {
  if (error instanceof OraError) return error;
  if (error instanceof DiscordAPIError && CLOSED_DOORS.includes(error.code)) {
    return new OraError('forbidden', `Discord refuses to let the bot ${doing}: ${error.message}.`, {
      cause: error,
    });
  }
  if (isTransient(error)) {
    return new OraError(
      'unavailable',
      `Discord did not answer when the bot tried to ${doing}. It tries again.`,
      {
        cause: error,
      },
    );
  }
  return error;
}

/** Whether the same request may succeed later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof HTTPError || error instanceof RateLimitError) return true;
  if (error instanceof DiscordAPIError) return error.status >= 500 || error.code === TOO_MANY_OLD_EDITS;
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return error.name === 'AbortError' || CONNECTION_FAILURE.test(code) || isTransient(error.cause);
}

/** 10062: expired. 40060: answered by somebody else, or by a first attempt whose answer got lost. */
export function isForgotten(error: unknown): error is DiscordAPIError {
  return (
    error instanceof DiscordAPIError &&
    (error.code === RESTJSONErrorCodes.UnknownInteraction ||
      error.code === RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged)
  );
}
