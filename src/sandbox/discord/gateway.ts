import { randomBytes } from 'node:crypto';
import { GatewayCloseCodes as C, GatewayOpcodes as Op } from 'discord-api-types/v10';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import { passOn, readyPayload, refusedIntents } from './gateway-events.ts';
import { createSession, type Session } from './gateway-session.ts';
import { guildCreatePayload } from './guild-payload.ts';
import type { Local } from './local.ts';

/** A session nobody resumes is forgotten after this. */
const FORGET_MS = 5 * 60_000;
/** A client that sends more than this many frames in a minute is put out. */
const FRAMES_PER_MINUTE = 120;

const Identify = z.object({ token: z.string(), intents: z.int().min(0) });
const Resume = z.object({ token: z.string(), session_id: z.string(), seq: z.int().nullable() });
const Frame = z.object({ op: z.int(), d: z.unknown() });

/** The gateway: sessions, heartbeats, RESUME, and what a test does to them. */
export interface Gateway {
  /** Takes over a fresh WebSocket. */
  readonly accept: (socket: WebSocket) => void;
  /** Sends an event to every session whose intents ask for it; `intent` 0 goes to all. */
  readonly dispatch: (event: string, data: unknown, intent?: number) => void;
  /** How many clients are connected and identified. */
  readonly connected: () => number;
  readonly faults: GatewayFaults;
}

/** What can be done to connected bots. */
export interface GatewayFaults {
  /** Closes every connection with this code; 1006 cuts it without a closing frame. */
  readonly close: (code: number) => void;
  /** Asks every client to reconnect and resume (op 7). */
  readonly reconnect: () => void;
  /** Declares every session invalid (op 9), resumable or not. */
  readonly invalidate: (how: { readonly resumable: boolean }) => void;
  /** Stops, or starts again, to acknowledge heartbeats. */
  readonly acknowledgeHeartbeats: (how: 'muted' | 'normal') => void;
  /** Lets every connection go dead without a word, heartbeats included, until its client notices and resumes. */
  readonly deaden: () => void;
  /** Whether clients that want to connect are cut off at the door. */
  readonly connections: (how: 'refused' | 'accepted') => void;
  /** Events of these names are not sent; an empty list sends all again. */
  readonly withhold: (events: readonly string[]) => void;
  /** The next `times` RESUMEs are refused. */
  readonly refuseResume: (times: number) => void;
  /** Every IDENTIFY is closed with this code; null accepts again. */
  readonly refuseIdentify: (code: number | null) => void;
  /** Sends an event as it stands, however wrong. */
  readonly send: (event: string, data: unknown) => void;
  readonly reset: () => void;
}

/** A gateway nobody is connected to. */
export function createGateway(local: Local): Gateway {
  const sessions = new Map<string, Session>();
  const trouble = noTrouble();

  const push = (session: Session, event: string, data: unknown): void => {
    if (!trouble.withheld.has(event)) session.push(event, data);
  };

  const forgetOld = (): void => {
    for (const { id, leftAt } of sessions.values())
      if (leftAt !== null && Date.now() - leftAt > FORGET_MS) sessions.delete(id);
  };

  const dispatch = (event: string, data: unknown, intent = 0): void => {
    forgetOld();
    for (const session of sessions.values())
      if (intent === 0 || (session.intents & intent) !== 0) push(session, event, data);
  };

  const identify = (socket: WebSocket, data: unknown): Session | null => {
    const asked = Identify.safeParse(data);
    const refusal = asked.success ? refusedIntents(asked.data.intents) : C.DecodeError;
    const wrongToken = asked.success && asked.data.token !== local.token ? C.AuthenticationFailed : 0;
    const code = trouble.refusedIdentify || wrongToken || refusal;
    if (code || !asked.success) {
      socket.close(code || C.DecodeError, C[code]);
      return null;
    }
    const session = createSession(randomBytes(16).toString('hex'), asked.data.intents, socket);
    sessions.set(session.id, session);
    push(session, 'READY', readyPayload(local, session.id));
    push(session, 'GUILD_CREATE', guildCreatePayload(local.guild));
    return session;
  };

  const resume = (socket: WebSocket, data: unknown): Session | null => {
    const asked = Resume.safeParse(data);
    const session =
      asked.success && asked.data.token === local.token ? sessions.get(asked.data.session_id) : null;
    const isRefused = trouble.refusedResumes > 0;
    if (isRefused) trouble.refusedResumes -= 1;
    if (!asked.success || !session || isRefused) {
      send(socket, Op.InvalidSession, false);
      return null;
    }
    session.socket?.terminate();
    session.socket = socket;
    session.leftAt = null;
    session.isDead = false;
    if (!session.replayAfter(asked.data.seq ?? 0)) {
      sessions.delete(session.id);
      socket.close(C.InvalidSeq, C[C.InvalidSeq]);
      return null;
    }
    push(session, 'RESUMED', { _trace: [] });
    return session;
  };

  const accept = (socket: WebSocket): void => {
    if (trouble.refusing) return void socket.terminate();
    let session: Session | null = null;
    const isFlooding = createFloodGate();
    send(socket, Op.Hello, { heartbeat_interval: local.clocks.heartbeatMs });

    /** Returns the code to close with, or null when all is well. */
    const obey = (text: string): C | null => {
      const frame = readFrame(text);
      if (!frame) return C.DecodeError;
      if (isFlooding()) return C.RateLimited;
      switch (frame.op) {
        case Op.Heartbeat:
          if (!trouble.muted && !session?.isDead) send(socket, Op.HeartbeatAck, null);
          return null;
        case Op.Identify:
          if (session) return C.AlreadyAuthenticated;
          session = identify(socket, frame.d);
          return null;
        case Op.Resume:
          session = resume(socket, frame.d);
          return null;
        case Op.PresenceUpdate:
        case Op.VoiceStateUpdate:
        case Op.RequestGuildMembers:
          return session ? null : C.NotAuthenticated;
        default:
          return C.UnknownOpcode;
      }
    };

    socket.on('message', (data) => {
      const code = obey(String(data));
      if (code !== null) socket.close(code, C[code]);
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', (code) => {
      if (session?.socket !== socket) return;
      session.socket = null;
      session.leftAt = Date.now();
      if (code === 1000 || code === 1001) sessions.delete(session.id);
    });
  };

  const live = (): readonly Session[] => [...sessions.values()].filter(({ socket }) => socket !== null);

  local.feed.listen((happening) => passOn(local, happening, dispatch));

  return {
    accept,
    dispatch,
    connected: () => live().length,
    faults: {
      close(code) {
        for (const { socket } of live()) {
          if (code === 1006) socket?.terminate();
          else socket?.close(code, C[code] ?? '');
        }
      },
      reconnect() {
        for (const { socket } of live()) if (socket) send(socket, Op.Reconnect, null);
      },
      invalidate({ resumable }) {
        for (const { id, socket } of live()) {
          if (!resumable) sessions.delete(id);
          if (socket) send(socket, Op.InvalidSession, resumable);
        }
      },
      acknowledgeHeartbeats: (how) => {
        trouble.muted = how === 'muted';
      },
      deaden() {
        for (const session of live()) session.isDead = true;
      },
      connections: (how) => {
        trouble.refusing = how === 'refused';
      },
      withhold: (events) => {
        trouble.withheld = new Set(events);
      },
      refuseResume: (times) => {
        trouble.refusedResumes = times;
      },
      refuseIdentify: (code) => {
        trouble.refusedIdentify = code ?? 0;
      },
      send: (event, data) => dispatch(event, data),
      reset: () => void Object.assign(trouble, noTrouble()),
    },
  };
}

const noTrouble = () => ({
  muted: false,
  refusing: false,
  withheld: new Set<string>(),
  refusedResumes: 0,
  refusedIdentify: 0,
});

/** True from the frame on that is one too many for its minute. */
function createFloodGate(): () => boolean {
  let frames = 0;
  let minute = Date.now();
  return () => {
    if (Date.now() - minute > 60_000) [frames, minute] = [0, Date.now()];
    frames += 1;
    return frames > FRAMES_PER_MINUTE;
  };
}

function readFrame(text: string): z.infer<typeof Frame> | null {
  try {
    return Frame.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function send(socket: WebSocket, op: Op, d: unknown): void {
  socket.send(JSON.stringify({ op, d, s: null, t: null }));
}
