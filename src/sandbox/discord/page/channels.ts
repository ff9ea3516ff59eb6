import type { UiChannel } from '../ui-protocol.ts';
import { byId, el } from './dom.ts';
import type { Unread } from './unread.ts';

/** The list of channels, with a mark where something unread waits. */
export function renderChannels(
  channels: readonly UiChannel[],
  openId: string | null,
  options: { readonly unreadOf: (channelId: string) => Unread; readonly open: (channelId: string) => void },
): void {
  const nav = byId('channels');
  const hadFocus = nav.contains(document.activeElement)
    ? document.activeElement?.getAttribute('data-id')
    : null;
  const items = channels.map((channel) => {
    const button = renderChannel(channel, channel.id === openId, options.unreadOf(channel.id));
    button.addEventListener('click', () => options.open(channel.id));
    return el('li', {}, button);
  });
  nav.replaceChildren(el('h2', {}, 'Channels'), el('ul', {}, ...items));
  if (hadFocus) nav.querySelector<HTMLElement>(`[data-id="${CSS.escape(hadFocus)}"]`)?.focus();
}

function renderChannel({ id, name }: UiChannel, isOpen: boolean, unread: Unread): HTMLButtonElement {
  const news = unread.count > 0 ? `, ${unread.count} unread` : '';
  return el(
    'button',
    {
      type: 'button',
      'data-id': id,
      class: unread.count > 0 ? 'unread' : null,
      'aria-current': isOpen && 'page',
      'aria-label': `${name}${news}`,
    },
    el('span', { class: 'hash', 'aria-hidden': 'true' }, '#'),
    el('span', { class: 'label' }, name),
    unread.mentions > 0 ? el('span', { class: 'badge' }, String(unread.mentions)) : null,
  );
}
