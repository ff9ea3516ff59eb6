import type { Clocks } from './clocks.ts';

/** Remembers which message a nonce made, for as long as Discord does. */
export interface Nonces {
  /** The id of the message posted with this nonce, or null when it is unknown or forgotten. */
  readonly find: (nonce: string) => string | null;
  readonly remember: (nonce: string, messageId: string) => void;
}

/** An empty memory. There is one bot, so nonces need no author. */
export function createNonces(clocks: Readonly<Clocks>): Nonces {
  const seen = new Map<string, { readonly messageId: string; readonly at: number }>();
  return {
    find(nonce) {
      const entry = seen.get(nonce);
      return entry && Date.now() - entry.at < clocks.nonceMs ? entry.messageId : null;
    },
    remember(nonce, messageId) {
      for (const [old, { at }] of seen) if (Date.now() - at >= clocks.nonceMs) seen.delete(old);
      seen.set(nonce, { messageId, at: Date.now() });
    },
  };
}
