import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Document } from 'bson';
import { CommandError, createEngine, type Engine } from './commands.ts';
import { type Request, readRequests, writeReply } from './wire.ts';

/** What goes wrong from now on; a count says how often. */
export interface MongoFaults {
  /** The connection is cut after so many documents of the next insert are in, before any answer. */
  cutAfterInserted: number | null;
  /** So many writes are refused: this server is no primary any more. */
  notPrimary: number;
  /** Each answer comes this much later, ms. */
  delayMs: number;
}

/** A MongoDB of our own on a loopback port, for the unmodified driver. */
export interface MongoServer {
  readonly port: number;
  readonly faults: MongoFaults;
  readonly engine: Pick<Engine, 'role'>;
  /** Names of commands that came, in their order. */
  readonly commands: string[];
  /** Stops answering; what is stored stays. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

const WRITES = ['insert', 'update', 'delete'];

export async function startMongoServer(): Promise<MongoServer> {
  const engine = createEngine();
  const faults: MongoFaults = { cutAfterInserted: null, notPrimary: 0, delayMs: 0 };
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  let server: Server;
  let port = 0;

  function serve(socket: Socket): void {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    readRequests(socket, (request) => void answer(socket, request));
  }
  async function answer(socket: Socket, request: Request): Promise<void> {
    const [name = ''] = Object.keys(request.command);
    commands.push(name);
    const reply = run(socket, request, name);
    if (faults.delayMs > 0) await sleep(faults.delayMs);
    if (reply !== null && request.wantsReply && !socket.destroyed) writeReply(socket, request, reply);
  }
  /** Null when the connection was cut. */
  function run(socket: Socket, request: Request, name: string): Document | null {
    let inserted = 0;
    try {
      if (WRITES.includes(name) && faults.notPrimary > 0) {
        faults.notPrimary -= 1;
        throw new CommandError(10_107, 'NotWritablePrimary', 'not primary');
      }
      const reply = engine.run(request, () => {
        inserted += 1;
        if (inserted === faults.cutAfterInserted) throw new Cut();
      });
      return reply;
    } catch (error) {
      if (error instanceof Cut) {
        faults.cutAfterInserted = null;
        socket.destroy();
        return null;
      }
      const { code = 8, codeName = 'UnknownError', message } = error as Partial<CommandError> & Error;
      return { ok: 0, code, codeName, errmsg: message };
    }
  }
  async function up(): Promise<void> {
    server = createServer(serve);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : port;
  }
  async function down(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }
  await up();
  return {
    get port() {
      return port;
    },
    faults,
    engine,
    commands,
    up,
    down,
    close: down,
  };
}

class Cut extends Error {}
