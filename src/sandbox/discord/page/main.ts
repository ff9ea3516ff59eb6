import type { UiActAnswer, UiAction, UiMessage, UiSnapshot } from '../ui-protocol.ts';
import { createAutocomplete } from './autocomplete.ts';
import { renderChannels } from './channels.ts';
import { type Click, createClicks } from './clicks.ts';
import { renderClock } from './clock.ts';
import { pathOf, type Typed } from './commands.ts';
import { createDesk } from './desk.ts';
import { byId, dialogById } from './dom.ts';
import { act, listen } from './events.ts';
import { createLog } from './log.ts';
import { type MessageContext, mentions, renderMessage } from './message.ts';
import { openModal } from './modal.ts';
import { createPending } from './pending.ts';
import { renderPeople, userInAddress, writeAddress } from './people.ts';
import { refreshTimes } from './rich-text.ts';
import { say, sayNothing } from './say.ts';
import { createSlashPicker } from './slash-picker.ts';
import { createReading, type Unread } from './unread.ts';
import { keyOf, namesOf, nowOf, type View } from './view.ts';

let view: View | null = null;
let pickerPlace = '';
let stopListening = (): void => undefined;
const clicks = createClicks();
const reading = createReading();
const pending = createPending();
const autocomplete = createAutocomplete();
const log = createLog((message) => renderMessage(message, contextOf(message)), onLogEnd);
const picker = createSlashPicker(() => ({
  commands: view?.snapshot.commands ?? [],
  people: view?.snapshot.users ?? [],
  channels: view?.snapshot.channels ?? [],
  suggest: (command, focused, options) =>
    autocomplete.ask((requestId) => {
      void perform({ type: 'autocomplete', requestId, focused, ...callOf(command), options });
    }),
  send: (command, options) => {
    log.toEnd();
    say(`${pathOf(command)}: waiting for an answer…`, 'status');
    const sent = perform({ type: 'command', ...callOf(command), options });
    void pending.follow(sent, (error) => {
      if (error === null) sayNothing();
      else say(`${pathOf(command)}: ${error}`, 'alert');
    });
  },
}));

function become(userId: string | null): void {
  stopListening();
  if (userId !== view?.snapshot.me.id) {
    dialogById('modal').close();
    clicks.forget();
  }
  stopListening = listen(
    userId,
    {
      snapshot: onSnapshot,
      message: onMessage,
      messageDelete: ({ id }) => onDelete(id),
      modal: (modal) => {
        if (view === null) return;
        const { users: people, channels, roles } = view.snapshot;
        const { interactionId, customId } = modal;
        openModal(modal, {
          people,
          channels,
          roles,
          names: namesOf(view),
          closed: clicks.refocus,
          submit: (fields, ended) => {
            void pending.follow(perform({ type: 'modalSubmit', interactionId, customId, fields }), ended);
          },
        });
      },
      interactionState: pending.settle,
      autocomplete: autocomplete.settle,
      commands: (commands) => update({ commands }),
      notice: (notice) => update({ notice }),
      clock: (clock) => update({ clock }),
    },
    onConnection,
  );
}

function onSnapshot(snapshot: UiSnapshot): void {
  const inAddress = location.hash.slice(1);
  const ids = snapshot.channels.map(({ id }) => id);
  const wanted = [view?.openId, inAddress].find((id) => id != null && ids.includes(id));
  const openId = wanted ?? ids[0] ?? null;
  view = { snapshot, desk: createDesk(snapshot), openId, clockTold: performance.now() };
  startReading(view, ids);
  renderPeople(snapshot, become);
  renderClock(snapshot.clock, onClock);
  renderNotice(snapshot.notice);
  openChannel(view.openId);
}

/** What was there when somebody looks for the first time counts as read; a channel opened later does not. */
function startReading(current: View, channelIds: readonly string[]): void {
  const isFirst = channelIds.every((id) => !reading.knows(keyOf(current, id)));
  for (const id of channelIds) {
    if (reading.knows(keyOf(current, id))) continue;
    reading.markRead(keyOf(current, id), isFirst ? current.desk.messagesOf(id) : []);
  }
}

function update(change: Partial<UiSnapshot>): void {
  if (view === null) return;
  view.snapshot = { ...view.snapshot, ...change };
  if (change.notice !== undefined) renderNotice(change.notice);
  if (change.clock === undefined) return;
  view.clockTold = performance.now();
  renderClock(change.clock, onClock);
  refreshTimes(byId('list'), nowOf(view));
}

function openChannel(channelId: string | null): void {
  if (view === null) return;
  view.openId = channelId;
  writeAddress(view.snapshot.me.id, channelId);
  const name = view.snapshot.channels.find(({ id }) => id === channelId)?.name ?? 'no channel';
  byId('channel-name').textContent = name;
  byId('log').setAttribute('aria-label', `Messages in #${name}`);
  // A half-typed command survives a broken line, but not a change of person or channel.
  const place = `${view.snapshot.me.id} ${channelId}`;
  if (place !== pickerPlace) picker.reset(name);
  pickerPlace = place;
  log.open(channelId === null ? [] : view.desk.messagesOf(channelId));
  renderSidebar();
}

function onMessage(message: UiMessage): void {
  if (view === null) return;
  // A channel opened since the snapshot, such as the bot's first direct message: begin again with it.
  if (!view.snapshot.channels.some(({ id }) => id === message.channel_id)) {
    become(view.snapshot.me.id);
    return;
  }
  const isNew = view.desk.put(message);
  if (message.channel_id === view.openId) log.put(message, isNew);
  scheduleSidebar();
}

function onDelete(messageId: string): void {
  const gone = view?.desk.remove(messageId) ?? null;
  if (gone !== null && gone.channel_id === view?.openId) log.remove(messageId);
  scheduleSidebar();
}

function contextOf(message: UiMessage): MessageContext {
  const snapshot = view?.snapshot;
  const { busy, failure } = clicks.of(message.id);
  const messageId = message.id;
  return {
    names: namesOf(view),
    people: snapshot?.users ?? [],
    channels: snapshot?.channels ?? [],
    roles: snapshot?.roles ?? [],
    busy,
    failure,
    click: (customId) => touch(customId, { type: 'click', messageId, customId }),
    select: (customId, values) => touch(customId, { type: 'select', messageId, customId, values }),
    dismiss: () => {
      void perform({ type: 'dismiss', messageId }).then((answer) => {
        if ('error' in answer) say(answer.error, 'alert');
      });
    },
    jump: log.reveal,
  };
}

/** Sends a click or a choice and shows on its message that it waits, and why it failed if it does. */
function touch(customId: string, action: Extract<UiAction, { messageId: string }>): void {
  const { messageId } = action;
  const show = (click: Click): void => {
    clicks.set(messageId, click);
    const message = view?.desk.find(messageId);
    if (message && message.channel_id === view?.openId) log.put(message, false);
  };
  show({ busy: customId, failure: null });
  void pending.follow(perform(action), (failure) => show({ busy: null, failure }));
}

function perform(action: UiAction): Promise<UiActAnswer> {
  return act({ ...action, user: view?.snapshot.me.id ?? '' });
}

function callOf({ name, subcommand }: Typed) {
  const call = { channelId: view?.openId ?? '', name };
  return subcommand === null ? call : { ...call, subcommand };
}

function unreadOf(channelId: string): Unread {
  if (view === null) return { count: 0, mentions: 0 };
  const { id } = view.snapshot.me;
  return reading.unreadOf(
    keyOf(view, channelId),
    view.desk.messagesOf(channelId),
    (message) => mentions(message, id) || message.ephemeralFor === id,
  );
}

function renderSidebar(): void {
  if (view === null) return;
  const { openId, desk, snapshot } = view;
  const isSeen = log.isAtEnd() && document.visibilityState === 'visible';
  if (openId !== null && isSeen) reading.markRead(keyOf(view, openId), desk.messagesOf(openId));
  renderChannels(snapshot.channels, openId, { unreadOf, open: openChannel });
  const missed = snapshot.channels.reduce((sum, { id }) => sum + unreadOf(id).mentions, 0);
  document.title = `${missed > 0 ? `(${missed}) ` : ''}${byId('channel-name').textContent} · OraCore sandbox`;
  renderJump(openId === null ? { count: 0, mentions: 0 } : unreadOf(openId));
}

function renderJump({ count, mentions: forMe }: Unread): void {
  const jump = byId('jump');
  jump.hidden = log.isAtEnd();
  // Whoever clicks a card far up must learn that the answer has come.
  if (forMe > 0) jump.textContent = `${forMe} for you below ↓`;
  else jump.textContent = count === 0 ? 'Jump to the newest ↓' : `${count} new below ↓`;
}

let isScheduled = false;

/** A burst of messages redraws the list of channels once per frame. */
function scheduleSidebar(): void {
  if (isScheduled) return;
  isScheduled = true;
  setTimeout(() => {
    isScheduled = false;
    renderSidebar();
  }, 50);
}

function onLogEnd(): void {
  scheduleSidebar();
}

function renderNotice(notice: string): void {
  byId('notice').textContent = notice;
  byId('notice').hidden = notice === '';
}

function onClock(action: 'pause' | 'resume' | 'step'): void {
  void perform({ type: 'clock', action }).then((answer) => {
    if ('error' in answer) say(answer.error, 'alert');
  });
}

function onConnection(isUp: boolean): void {
  byId('connection').textContent = isUp ? '' : 'The sandbox does not answer. Trying again…';
}

byId('jump').addEventListener('click', log.toEnd);
window.addEventListener('hashchange', () => {
  const channelId = location.hash.slice(1);
  const isKnown = view?.snapshot.channels.some(({ id }) => id === channelId) === true;
  if (isKnown && channelId !== view?.openId) openChannel(channelId);
});
document.addEventListener('visibilitychange', scheduleSidebar);
setInterval(() => refreshTimes(byId('list'), nowOf(view)), 15_000);
become(userInAddress());
