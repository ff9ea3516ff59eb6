import type { UiActAnswer, UiInteractionState } from '../ui-protocol.ts';

/** How an action ended; `error` is a sentence for the person, null when all went well. */
export type Ended = (error: string | null) => void;

/** Ties what a person did to what becomes of it. */
export interface Pending {
  /** Sends an action; `ended` is called once, when the bot has answered, deferred or failed to. */
  readonly follow: (answer: Promise<UiActAnswer>, ended: Ended) => Promise<void>;
  /** Takes in an `interactionState` event. */
  readonly settle: (state: UiInteractionState) => void;
}

const keptEarly = 50;

/** The bot may answer before the server's reply to our own request arrives, so early states are kept. */
export function createPending(): Pending {
  const waiting = new Map<string, Ended>();
  const early = new Map<string, string | null>();
  return {
    follow: async (sent, ended) => {
      const answer = await sent;
      if ('error' in answer) return ended(answer.error);
      const id = answer.interactionId;
      if (id === undefined) return ended(null);
      const known = early.get(id);
      early.delete(id);
      if (known === undefined) waiting.set(id, ended);
      else ended(known);
    },
    settle: ({ id, state, error }) => {
      const outcome = state === 'failed' ? (error ?? 'This interaction failed') : null;
      const ended = waiting.get(id);
      waiting.delete(id);
      if (ended !== undefined) {
        ended(outcome);
        return;
      }
      early.set(id, outcome);
      // Nobody asks for those of another tab of the same person.
      const oldest = early.keys().next().value;
      if (early.size > keptEarly && oldest !== undefined) early.delete(oldest);
    },
  };
}
