/** Lets what waits go first: long computing in the bot's process must not hold up an answer to Discord. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
