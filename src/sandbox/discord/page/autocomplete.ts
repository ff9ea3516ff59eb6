import type { APIApplicationCommandOptionChoice } from 'discord-api-types/v10';
import type { UiAutocomplete } from '../ui-protocol.ts';

/** Suggestions for the option being typed. */
export interface Autocomplete {
  /**
   * Asks once the person pauses typing; `send` posts the request under the id it is given. Null when a later
   * question overtook this one.
   */
  readonly ask: (
    send: (requestId: string) => void,
  ) => Promise<readonly APIApplicationCommandOptionChoice[] | null>;
  /** Takes in an `autocomplete` event. */
  readonly settle: (event: UiAutocomplete) => void;
}

const pauseMs = 120;

/** Only the newest question is ever answered, so a slow answer cannot replace a newer list. */
export function createAutocomplete(): Autocomplete {
  let count = 0;
  let answer: ((choices: readonly APIApplicationCommandOptionChoice[] | null) => void) | null = null;
  let timer = 0;
  const idOf = (number: number): string => `suggest-${number}`;
  return {
    ask: (send) => {
      answer?.(null);
      clearTimeout(timer);
      count += 1;
      const requestId = idOf(count);
      timer = window.setTimeout(() => send(requestId), pauseMs);
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
    settle: ({ requestId, choices }) => {
      if (requestId === idOf(count)) answer?.(choices);
    },
  };
}
