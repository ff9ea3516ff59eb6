import type { IncomingMessage, ServerResponse } from 'node:http';
import { ChannelType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import { ActError } from './act-error.ts';
import { type Acts, canSee, commandsFor } from './acts.ts';
import { readBody } from './body.ts';
import type { Happening } from './feed.ts';
import { sendJson } from './http.ts';
import type { Local } from './local.ts';
import { type Person, people } from './seed.ts';
import { compareIds } from './snowflake.ts';
import { Act } from './ui-act.ts';
import type {
  UiAct,
  UiChannel,
  UiClock,
  UiClockAction,
  UiEvents,
  UiMessage,
  UiSnapshot,
  UiUser,
} from './ui-protocol.ts';

/** A browser is shown this many of the newest messages of each channel. */
const SHOWN_PER_CHANNEL = 200;
const KEEP_ALIVE_MS = 15_000;

/** What the page shows beside messages. */
export interface UiState {
  notice: string;
  clock: (() => UiClock) | null;
  /** Called when somebody uses the clock's buttons; null while there is no clock. */
  onClockAction: ((action: UiClockAction) => void | Promise<void>) | null;
}

/** What the page's routes work with. */
export interface UiServer {
  readonly local: Local;
  readonly acts: Acts;
  readonly state: UiState;
}

/** Streams what one person sees: a snapshot, then each change. A visitor who names nobody is the first person. */
export function streamEvents(
  { local, state }: UiServer,
  response: ServerResponse,
  userId: string | null,
): void {
  const me = people.find(({ user }) => user.id === userId) ?? people[0];
  if (!me) throw new Error('the guild has nobody in it');
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    connection: 'keep-alive',
  });
  const send: Send = (event, data) => {
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  send('snapshot', snapshot(local, state, me));
  const stopListening = local.feed.listen((happening) => show(local, me.user.id, happening, send));
  const keepAlive = setInterval(() => response.write(': still here\n\n'), KEEP_ALIVE_MS);
  keepAlive.unref();
  response.on('close', () => {
    stopListening();
    clearInterval(keepAlive);
  });
}

/** Carries out what a person does on the page. */
export async function serveAct(
  ui: UiServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const { json } = await readBody(request);
    const act = Act.safeParse(json);
    if (!act.success) throw new ActError('The page sent an action the server does not know.');
    const interactionId = await perform(ui, act.data);
    sendJson(response, 200, { ok: true, ...(interactionId && { interactionId }) });
  } catch (error) {
    sendJson(response, 400, { error: error instanceof Error ? error.message : String(error) });
  }
}

async function perform({ acts, state }: UiServer, act: UiAct): Promise<string | null> {
  if (!people.some(({ user }) => user.id === act.user)) throw new ActError('There is no such person.');
  switch (act.type) {
    case 'click':
      return acts.click(act.user, act).id;
    case 'select':
      return acts.select(act.user, act).id;
    case 'command':
      return acts.command(act.user, act).id;
    case 'autocomplete':
      return acts.autocomplete(act.user, act).id;
    case 'modalSubmit':
      return acts.submitModal(act.user, act).id;
    case 'dismiss':
      acts.dismiss(act.user, act);
      return null;
    case 'clock':
      if (!state.onClockAction) throw new ActError('There is no replay clock to control.');
      await state.onClockAction(act.action);
      return null;
  }
}

type Send = <Name extends keyof UiEvents>(event: Name, data: UiEvents[Name]) => void;

function show(local: Local, userId: string, happening: Happening, send: Send): void {
  switch (happening.type) {
    case 'messageCreated':
    case 'messageEdited':
      if (canSee(local, userId, happening.message)) send('message', happening.message);
      return;
    case 'messageDeleted':
      if (canSee(local, userId, happening.message)) send('messageDelete', { id: happening.message.id });
      return;
    case 'modalOpened':
      if (happening.userId === userId) send('modal', happening.modal);
      return;
    case 'interaction':
      if (happening.userId === userId) send('interactionState', happening.state);
      return;
    case 'autocompleted':
      if (happening.userId === userId) send('autocomplete', happening.answer);
      return;
    case 'commandsChanged':
      send('commands', commandsFor(local, userId));
      return;
    case 'clock':
      send('clock', happening.clock);
      return;
    case 'notice':
      send('notice', happening.notice);
      return;
    case 'channelChanged':
      return;
  }
}

function snapshot(local: Local, state: UiState, me: Person): UiSnapshot {
  return {
    channels: channelsOf(local, me.user.id),
    users: people.map(toUser),
    roles: local.guild.roles.map(({ id, name }) => ({ id, name })),
    me: toUser(me),
    messages: messagesOf(local, me.user.id),
    commands: commandsFor(local, me.user.id),
    notice: state.notice,
    clock: state.clock?.() ?? null,
  };
}

function channelsOf(local: Local, userId: string): readonly UiChannel[] {
  return [...local.guild.channels.values()]
    .filter(({ id }) => (local.guild.permissions(userId, id) & P.ViewChannel) !== 0n)
    .map((channel) => ({
      id: channel.id,
      name: channel.type === ChannelType.DM ? 'OraCore' : channel.name,
    }));
}

function messagesOf(local: Local, userId: string): readonly UiMessage[] {
  return [...local.guild.channels.keys()]
    .flatMap((channelId) =>
      local.messages
        .inChannel(channelId)
        .filter((message) => canSee(local, userId, message))
        .slice(-SHOWN_PER_CHANNEL),
    )
    .sort((a, b) => compareIds(a.id, b.id));
}

function toUser({ user, role }: Person): UiUser {
  return { id: user.id, name: user.global_name ?? user.username, role };
}
