import type { UiSnapshot } from '../ui-protocol.ts';
import { byId, el } from './dom.ts';

/** The switch for who the visitor is. */
export function renderPeople({ users, me }: UiSnapshot, become: (userId: string) => void): void {
  const options = users.map(({ id, name, role }) =>
    el('option', { value: id, selected: id === me.id }, role === '' ? name : `${name} · ${role}`),
  );
  const select = el('select', { 'aria-label': 'You are' }, ...options);
  select.addEventListener('change', () => become(select.value));
  byId('person').replaceChildren(el('label', {}, el('span', {}, 'You are'), select));
}

/** Who the address names; null for nobody. */
export function userInAddress(): string | null {
  return new URLSearchParams(location.search).get('user');
}

/** Writes the person and the channel into the address, so that a reload or a second window is the same. */
export function writeAddress(userId: string, channelId: string | null): void {
  const address = `?user=${encodeURIComponent(userId)}${channelId === null ? '' : `#${channelId}`}`;
  history.replaceState(null, '', address);
}
