import type { Socket } from 'node:net';
import { type Document, deserialize, serialize } from 'bson';

/*
 * MongoDB's wire protocol as far as a driver speaks it: OP_MSG, and OP_QUERY for the first greeting.
 * Source: mongodb.com, Manual, "MongoDB Wire Protocol".
 */

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const HEADER = 16;
const MORE_TO_COME = 2;

/** Keeps Int32 apart from Double, Long from Date: what was sent is what is stored. */
export const EXACT = {
  promoteValues: false,
  promoteLongs: false,
  promoteBuffers: false,
  bsonRegExp: true,
} as const;

/** One command of a client. */
export interface Request {
  readonly requestId: number;
  readonly kind: 'query' | 'msg';
  /** With plain numbers, for reading arguments. */
  readonly command: Document;
  /** With exact types, for what is stored: documents, updates. */
  readonly exact: Document;
  readonly wantsReply: boolean;
}

/** Calls back for each whole message on a socket. */
export function readRequests(socket: Socket, onRequest: (request: Request) => void): void {
  let pending: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 4 && pending.length >= pending.readInt32LE(0)) {
      const length = pending.readInt32LE(0);
      onRequest(parse(pending.subarray(0, length)));
      pending = pending.subarray(length);
    }
  });
}

function parse(message: Buffer): Request {
  const requestId = message.readInt32LE(4);
  const opCode = message.readInt32LE(12);
  if (opCode === OP_QUERY) {
    const name = message.indexOf(0, HEADER + 4);
    const body = message.subarray(name + 9);
    return {
      requestId,
      kind: 'query',
      command: deserialize(body),
      exact: deserialize(body, EXACT),
      wantsReply: true,
    };
  }
  if (opCode !== OP_MSG) throw new Error(`unknown opcode ${opCode}`);
  const flags = message.readUInt32LE(HEADER);
  const { command, exact } = readSections(message);
  return { requestId, kind: 'msg', command, exact, wantsReply: (flags & MORE_TO_COME) === 0 };
}

/** A body, and sequences of documents beside it (what is inserted, updated or deleted). */
function readSections(message: Buffer): { readonly command: Document; readonly exact: Document } {
  const command: Document = {};
  const exact: Document = {};
  let at = HEADER + 4;
  while (at < message.length) {
    const kind = message.readUInt8(at);
    const size = message.readInt32LE(at + 1);
    const section = message.subarray(at + 1, at + 1 + size);
    if (kind === 0) {
      Object.assign(command, deserialize(section));
      Object.assign(exact, deserialize(section, EXACT));
    } else {
      const end = section.indexOf(0, 4);
      const name = section.subarray(4, end).toString();
      const bodies = split(section.subarray(end + 1));
      command[name] = bodies.map((body) => deserialize(body));
      exact[name] = bodies.map((body) => deserialize(body, EXACT));
    }
    at += 1 + size;
  }
  return { command, exact };
}

function split(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += bytes.readInt32LE(at)) {
    parts.push(bytes.subarray(at, at + bytes.readInt32LE(at)));
  }
  return parts;
}

export function writeReply(socket: Socket, { requestId, kind }: Request, reply: Document): void {
  const body = Buffer.from(serialize(reply));
  const isQuery = kind === 'query';
  const extra = isQuery ? Buffer.alloc(20) : Buffer.alloc(5);
  if (isQuery) extra.writeInt32LE(1, 16); // one document
  const header = Buffer.alloc(HEADER);
  header.writeInt32LE(HEADER + extra.length + body.length, 0);
  header.writeInt32LE(requestId, 8);
  header.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12);
  socket.write(Buffer.concat([header, extra, body]));
}
