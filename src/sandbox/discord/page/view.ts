import type { UiSnapshot } from '../ui-protocol.ts';
import type { Desk } from './desk.ts';
import type { Names } from './names.ts';

/** Everything the page shows, as of the newest event. */
export interface View {
  snapshot: UiSnapshot;
  desk: Desk;
  /** Null only on a server without a channel for this person. */
  openId: string | null;
  /** When the snapshot's replay clock was told, by this page's `performance.now()`. */
  clockTold: number;
}

/** What ids mean to the person of this view; nothing is known before the first snapshot. */
export function namesOf(view: View | null): Names {
  const snapshot = view?.snapshot;
  return {
    me: snapshot?.me.id ?? '',
    user: (id) => snapshot?.users.find((user) => user.id === id)?.name ?? null,
    role: (id) => snapshot?.roles.find((role) => role.id === id)?.name ?? null,
    channel: (id) => snapshot?.channels.find((channel) => channel.id === id)?.name ?? null,
    now: () => nowOf(view),
  };
}

/** The moment at the market. A replay clock is told at each candle and runs on with ours in between. */
export function nowOf(view: View | null): Date {
  const clock = view?.snapshot.clock ?? null;
  if (view === null || clock === null) return new Date();
  return new Date(Date.parse(clock.now) + performance.now() - view.clockTold);
}

/** A channel as this person reads it: everyone has a mark of his own in each. */
export function keyOf(view: View, channelId: string): string {
  return `${view.snapshot.me.id} ${channelId}`;
}
