import type { UiAct, UiActAnswer, UiEvents } from '../ui-protocol.ts';

/** What to do with each server-sent event. */
export type EventHandlers = { readonly [Name in keyof UiEvents]: (data: UiEvents[Name]) => void };

/**
 * Listens as one user until the returned function is called. The browser reconnects by itself and the
 * server then begins with a new snapshot; `onConnection` hears when the line breaks and when it is back.
 */
export function listen(
  user: string | null,
  handlers: EventHandlers,
  onConnection: (isUp: boolean) => void,
): () => void {
  const query = user === null ? '' : `?user=${encodeURIComponent(user)}`;
  const source = new EventSource(`/_ui/events${query}`);
  for (const [name, handle] of Object.entries(handlers)) {
    // The stream is the server's own, typed by the same protocol, so its JSON is taken at its word.
    source.addEventListener(name, (event) => handle(JSON.parse(event.data) as never));
  }
  source.addEventListener('open', () => onConnection(true));
  source.addEventListener('error', () => onConnection(false));
  return () => source.close();
}

/** Does something on the server; a refusal and a dead line both come back as `error`, never as a throw. */
export async function act(action: UiAct): Promise<UiActAnswer> {
  try {
    const response = await fetch('/_ui/act', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(action),
    });
    return (await response.json()) as UiActAnswer;
  } catch {
    return { error: 'The local Discord does not answer. Is the sandbox still running?' };
  }
}
