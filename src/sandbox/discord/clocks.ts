/** The waits Discord imposes, in milliseconds. A test shortens them; the page keeps Discord's own. */
export interface Clocks {
  /** A first answer to an interaction must arrive within this. */
  ackMs: number;
  /** An interaction's token lives this long. */
  tokenMs: number;
  /** A nonce with `enforce_nonce` is remembered this long ("the past few minutes"). */
  nonceMs: number;
  /** Asked of the client in HELLO. */
  heartbeatMs: number;
}

/** Discord's own values. Source: developer documentation, "Receiving and Responding", "Gateway". */
export const DISCORD_CLOCKS: Readonly<Clocks> = {
  ackMs: 3_000,
  tokenMs: 15 * 60_000,
  nonceMs: 5 * 60_000,
  heartbeatMs: 41_250,
};

/** Runs `task` after `ms` unless cancelled; never keeps the process alive. Returns the cancel. */
export function after(ms: number, task: () => void): () => void {
  const timer = setTimeout(task, ms);
  timer.unref();
  return () => clearTimeout(timer);
}
