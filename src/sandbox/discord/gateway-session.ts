import { GatewayOpcodes } from 'discord-api-types/v10';
import type { WebSocket } from 'ws';

/** Events kept for a client that comes back with RESUME. */
const BUFFERED = 500;

/** One gateway session: it outlives its connection. */
export interface Session {
  readonly id: string;
  readonly intents: number;
  /** Null while the client is away. */
  socket: WebSocket | null;
  /** When the client went away, in milliseconds; null while it is here. */
  leftAt: number | null;
  /** Nothing comes through its connection any more, though it looks open; RESUME ends it. */
  isDead: boolean;
  /** Sends an event, or keeps it for RESUME while the client is away. */
  readonly push: (event: string, data: unknown) => void;
  /** Sends again what came after `seq`. Returns false when that is not known any more. */
  readonly replayAfter: (seq: number) => boolean;
}

/** A session of a client that has just identified itself. */
export function createSession(id: string, intents: number, socket: WebSocket): Session {
  const buffer: { readonly seq: number; readonly text: string }[] = [];
  let seq = 0;
  const session: Session = {
    id,
    intents,
    socket,
    leftAt: null,
    isDead: false,
    push(event, data) {
      seq += 1;
      const text = JSON.stringify({ op: GatewayOpcodes.Dispatch, t: event, s: seq, d: data });
      buffer.push({ seq, text });
      if (buffer.length > BUFFERED) buffer.shift();
      if (!session.isDead) session.socket?.send(text);
    },
    replayAfter(known) {
      const oldest = buffer[0]?.seq ?? seq + 1;
      if (known > seq || known < oldest - 1) return false;
      for (const { seq: each, text } of buffer) if (each > known) session.socket?.send(text);
      return true;
    },
  };
  return session;
}
